import type { AlarmRow } from '@fieldwarden/admin-contract';
import { alarmPriorities } from '@fieldwarden/gateway-contract';
import { useState, type ReactElement } from 'react';
import { alarmsResource, type AlarmAct } from '../../api/alarm-requests.js';
import { AlarmFigures } from './alarm-figures.js';
import { counted } from '../../format/numbers.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { Tabs } from '../../parts/tabs.js';
import { useResource } from '../../state/resources.js';
import { AlarmDialog } from './alarm-dialog.js';
import { AlarmJournal } from './alarm-journal.js';
import {
  type alarmViews,
  filteredAlarms,
  isOpen,
  isSetAside,
  type AlarmFilter,
  type AlarmView,
} from '../../alarms/alarm-words.js';
import './alarms.css';
import { AlarmsTable } from './alarms-table.js';

/** Changes are told by events; this is for what comes back from the shelf, and for a stream that is away. */
const everyMs = 5_000;

type TabId = AlarmView | 'journal' | 'figures';

/** What needs somebody now, what was set aside, and what happened. */
export function AlarmsPage(): ReactElement {
  const state = useResource(alarmsResource, everyMs);
  const [tab, setTab] = useState<TabId>('open');
  const [asked, setAsked] = useState<{ readonly alarm: AlarmRow; readonly act: AlarmAct }>();
  const alarms = state.data ?? [];
  const tabs = [
    { id: 'open', label: `Open (${alarms.filter(isOpen).length})` },
    { id: 'aside', label: `Set aside (${alarms.filter(isSetAside).length})` },
    { id: 'all', label: 'All conditions' },
    { id: 'journal', label: 'Journal' },
    { id: 'figures', label: 'Figures' },
  ] as const;
  return (
    <div className="page">
      <header>
        <h1>Alarms</h1>
        <span className="soft">{state.data && counted(alarms.length, 'condition')}</span>
      </header>
      <section className="card" aria-label="Alarms">
        <Tabs label="Alarms" tabs={tabs} selected={tab} onSelect={(id) => setTab(id as TabId)}>
          {tab === 'journal' && <AlarmJournal />}
          {tab === 'figures' && <AlarmFigures />}
          {tab !== 'journal' && tab !== 'figures' && (
            <Loaded state={state} what="the alarms">
              {(rows) => <AlarmList rows={rows} view={tab} onAct={(alarm, act) => setAsked({ alarm, act })} />}
            </Loaded>
          )}
        </Tabs>
      </section>
      {asked && <AlarmDialog {...asked} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

interface AlarmListProps {
  readonly rows: readonly AlarmRow[];
  readonly view: AlarmView;
  readonly onAct: (alarm: AlarmRow, act: AlarmAct) => void;
}

function AlarmList({ rows, view, onAct }: AlarmListProps): ReactElement {
  const [filter, setFilter] = useState<Omit<AlarmFilter, 'view'>>({ text: '', priority: '' });
  const shown = filteredAlarms(rows, { ...filter, view });
  const isFiltered = filter.text !== '' || filter.priority !== '';
  return (
    <>
      <div className="toolbar" role="search" aria-label="Filter of the alarms">
        <input
          className="input grow"
          type="search"
          aria-label="Alarms with these words"
          placeholder="Words of the message, the tag, the area"
          value={filter.text}
          onChange={(event) => setFilter({ ...filter, text: event.target.value })}
        />
        <select
          className="select"
          aria-label="Priority"
          value={filter.priority}
          onChange={(event) => setFilter({ ...filter, priority: event.target.value })}
        >
          <option value="">Every priority</option>
          {alarmPriorities.map((priority) => (
            <option key={priority}>{priority}</option>
          ))}
        </select>
      </div>
      {shown.length > 0 && <AlarmsTable alarms={shown} onAct={onAct} />}
      {shown.length === 0 &&
        (isFiltered ? <EmptyState title="No alarm matches the filter" /> : <Nothing view={view} />)}
    </>
  );
}

const example = `alarms:
  - id: filler-hot
    path: packaging/filler/temperature
    condition: { type: limit, high: 80, deadband: 1 }
    message: Filler is hot
    response: Check the cooling water`;

const empty: Readonly<Record<(typeof alarmViews)[number], string>> = {
  open: 'Nothing needs you now',
  aside: 'Nothing is shelved, suppressed or out of service',
  all: 'No alarms yet',
};

function Nothing({ view }: { readonly view: AlarmView }): ReactElement {
  if (view !== 'all') return <EmptyState title={empty[view]} />;
  return (
    <EmptyState title={empty.all} command={example}>
      <p>
        The gateway raises its own for devices, drivers, certificates and disk. Those of the plant are a section of its
        document, on the page Configuration:
      </p>
    </EmptyState>
  );
}
