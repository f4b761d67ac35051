import { useEffect, useState, type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useMay } from '../../access/use-may.js';
import { ApiError } from '../../api/api-error.js';
import { counted } from '../../format/numbers.js';
import { Button } from '../../parts/button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { MenuButton } from '../../parts/menu-button.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { toast } from '../../parts/toasts.js';
import { browserClock } from '../../platform/browser-clock.js';
import { filterOf, isFiltered, searchOf } from './audit-filter.js';
import { AuditFilters } from './audit-filters.js';
import { AuditTable } from './audit-table.js';
import './audit.css';
import { exportAudit } from './export-audit.js';
import { useAuditRows } from './use-audit-rows.js';
import { useVerification } from './verify-audit.js';

/** Who did what, and who tried. */
export function AuditPage(): ReactElement {
  const may = useMay('audit');
  if (may.allowed) return <Audit />;
  return (
    <div className="page">
      <h1>Audit</h1>
      <section className="card" aria-label="Audit">
        <EmptyState title={may.reason}>
          <p>Engineers and admins have it. An admin gives it, on the page Users.</p>
        </EmptyState>
      </section>
    </div>
  );
}

function Audit(): ReactElement {
  const search = useSearch();
  const [filter, setFilter] = useFilterInAddress(search);
  const { rows, hasOlder, loading, problem, loadOlder, reload } = useAuditRows(search);
  const { button, result } = useVerification();
  return (
    <div className="page">
      <header>
        <h1>Audit</h1>
        <div className="toolbar">
          <span className="soft">{rows && `${counted(rows.length, 'row')}${hasOlder ? ', and older ones' : ''}`}</span>
          <Button small disabled={loading} onClick={reload}>
            Refresh
          </Button>
          {button}
          <ExportMenu search={search} />
        </div>
      </header>
      {result}
      <AuditFilters filter={filter} onChange={setFilter} />
      <section className="card" aria-label="Audit, newest first">
        {problem && <ProblemNote error={problem} title="The audit could not be read" />}
        {!rows && !problem && <EmptyState title="Loading the audit …" />}
        {rows?.length === 0 && <NothingHere filtered={isFiltered(filterOf(search))} hasOlder={hasOlder} />}
        {rows && rows.length > 0 && <AuditTable rows={rows} />}
      </section>
      {hasOlder && (
        <div className="toolbar">
          <Button disabled={loading} onClick={loadOlder}>
            {loading ? 'Loading …' : 'Older rows'}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A moment after the last key. */
const typingMs = 300;

/** What is typed goes into the address, so that a link shows the same; what comes by the address is shown. */
function useFilterInAddress(search: string) {
  const [, navigate] = useLocation();
  const [filter, setFilter] = useState(() => filterOf(search));
  useEffect(() => setFilter(filterOf(search)), [search]);
  const wanted = searchOf(filter);
  useEffect(() => {
    if (wanted === searchOf(filterOf(search))) return undefined;
    return browserClock.after(typingMs, () => navigate(`/audit${wanted && `?${wanted}`}`, { replace: true }));
    // Only what was typed moves the address: when the address moves by itself, the filter follows it.
  }, [wanted]);
  return [filter, setFilter] as const;
}

interface NothingHereProps {
  readonly filtered: boolean;
  readonly hasOlder: boolean;
}

function NothingHere({ filtered, hasOlder }: NothingHereProps): ReactElement {
  if (hasOlder) return <EmptyState title="None of the newer rows matches the filter" />;
  if (filtered) return <EmptyState title="No row matches the filter" />;
  return (
    <EmptyState title="Nothing was done yet">
      <p>
        Sign-ins, writes, refused attempts, publishes and everything about users stand here from their first moment on.
      </p>
    </EmptyState>
  );
}

function ExportMenu({ search }: { readonly search: string }): ReactElement {
  const [busy, setBusy] = useState(false);
  const save = async (format: 'csv' | 'jsonl'): Promise<void> => {
    setBusy(true);
    try {
      const { rows, cut } = await exportAudit(format, filterOf(search));
      if (cut)
        toast('warning', `The newest ${counted(rows, 'row')} are saved. All of them: fieldwarden audit --export FILE`);
      else toast('good', `${counted(rows, 'row')} saved`);
    } catch (error) {
      toast('fault', `The audit was not exported: ${ApiError.of(error).message}`);
    } finally {
      setBusy(false);
    }
  };
  const items = [
    { label: 'As CSV', onSelect: () => void save('csv') },
    { label: 'As JSON lines', onSelect: () => void save('jsonl') },
  ];
  return (
    <MenuButton description="Export what the filter shows" items={items}>
      {busy ? 'Exporting …' : 'Export'}
    </MenuButton>
  );
}
