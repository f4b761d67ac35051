import { driverStates } from '@fieldwarden/gateway-contract';
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { useSearch } from 'wouter';
import { driversResource } from '../../api/driver-requests.js';
import { seedMemoryTrails } from '../../fleet/seed-memory-trails.js';
import { useFleet } from '../../fleet/use-fleet.js';
import { counted } from '../../format/numbers.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { sortedBy, type Sorting } from '../../parts/sortable.js';
import { useResource } from '../../state/resources.js';
import { filteredRows, hostSortKeys, joinedRows, type HostColumn, type HostFilter } from './host-table-rows.js';
import { HostTable } from './host-table.js';
import './hosts.css';

export function HostsPage(): ReactElement {
  const { drivers, rows } = useFleet();
  const state = useResource(driversResource);
  const search = new URLSearchParams(useSearch());
  const [filter, setFilter] = useState<HostFilter>({
    text: '',
    state: search.get('state') ?? '',
    problemsOnly: search.has('problems'),
  });
  const [sorting, setSorting] = useState<Sorting<HostColumn>>({ column: 'driver', direction: 'ascending' });
  useEffect(() => {
    if (drivers) void seedMemoryTrails(drivers);
  }, [drivers]);
  const all = useMemo(() => joinedRows(rows ?? [], drivers ?? []), [rows, drivers]);
  const shown = useMemo(
    () => sortedBy(filteredRows(all, filter), hostSortKeys[sorting.column], sorting.direction),
    [all, filter, sorting],
  );
  return (
    <div className="page">
      <header>
        <h1>Hosts</h1>
        <span className="soft">
          {shown.length === all.length
            ? counted(all.length, 'device')
            : `${shown.length} of ${counted(all.length, 'device')}`}
        </span>
      </header>
      <Filters filter={filter} onChange={setFilter} />
      <section className="card" aria-label="Drivers and devices">
        <Loaded state={state} what="the drivers">
          {() =>
            shown.length === 0 ? (
              <NothingShown any={all.length > 0} />
            ) : (
              <HostTable rows={shown} sorting={sorting} onSort={setSorting} />
            )
          }
        </Loaded>
      </section>
    </div>
  );
}

interface FiltersProps {
  readonly filter: HostFilter;
  readonly onChange: (filter: HostFilter) => void;
}

function Filters({ filter, onChange }: FiltersProps): ReactElement {
  return (
    <div className="toolbar">
      <input
        className="input grow"
        type="search"
        placeholder="Driver, type, device, state"
        aria-label="Filter by driver, type, device or state"
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
      />
      <select
        className="select"
        aria-label="State of the driver"
        value={filter.state}
        onChange={(event) => onChange({ ...filter, state: event.target.value })}
      >
        <option value="">Every state</option>
        {driverStates.map((state) => (
          <option key={state}>{state}</option>
        ))}
      </select>
      <label className="check">
        <input
          type="checkbox"
          checked={filter.problemsOnly}
          onChange={(event) => onChange({ ...filter, problemsOnly: event.target.checked })}
        />
        Only what needs attention
      </label>
    </div>
  );
}

function NothingShown({ any }: { readonly any: boolean }): ReactElement {
  if (any) return <EmptyState title="Nothing matches the filter" />;
  return (
    <EmptyState title="No devices yet" command='fieldwarden config publish plant.yaml -m "First drivers"'>
      <p>Add a driver with a device on the page Configuration, or publish a plant document:</p>
    </EmptyState>
  );
}
