import type { AuditRow } from '@fieldwarden/admin-contract';
import { useEffect, useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { auditPage, type AuditQuery } from '../../api/audit-requests.js';
import { filterOf } from './audit-filter.js';

const rowsPerPage = 100;

/** Before somebody is asked whether to look further back. */
const pagesTurned = 20;

export interface AuditRows {
  readonly rows: readonly AuditRow[] | undefined;
  readonly hasOlder: boolean;
  readonly loading: boolean;
  readonly problem: ApiError | undefined;
  readonly loadOlder: () => void;
  /** From the newest row on. */
  readonly reload: () => void;
}

interface Loaded {
  readonly rows: readonly AuditRow[] | undefined;
  readonly next: string | null;
  readonly loading: boolean;
  readonly problem: ApiError | undefined;
}

const nothingYet: Loaded = { rows: undefined, next: null, loading: true, problem: undefined };

/** Newest first, a page at a time; `search` is the filter as the address has it. */
export function useAuditRows(search: string): AuditRows {
  const [state, setState] = useState(nothingYet);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    setState((present) => ({ ...present, loading: true }));
    void load(filterOf(search), undefined).then((loaded) => {
      if (!gone) setState(loaded);
    });
    return () => {
      gone = true;
    };
  }, [search, round]);
  const loadOlder = async (): Promise<void> => {
    const { rows = [], next } = state;
    if (next === null) return;
    setState((present) => ({ ...present, loading: true }));
    const older = await load(filterOf(search), next);
    // Another filter may have been chosen meanwhile.
    setState((present) =>
      present.rows !== rows
        ? present
        : { ...older, next: older.problem ? next : older.next, rows: [...rows, ...(older.rows ?? [])] },
    );
  };
  const { rows, next, loading, problem } = state;
  return {
    rows,
    hasOlder: next !== null,
    loading,
    problem,
    loadOlder: () => void loadOlder(),
    reload: () => setRound(round + 1),
  };
}

async function load(filter: AuditQuery, cursor: string | undefined): Promise<Loaded> {
  try {
    let page = await auditPage(filter, rowsPerPage, cursor);
    // A page may have no row that the filter lets through, and still older ones behind it.
    for (let turned = 1; page.rows.length === 0 && page.next !== null && turned < pagesTurned; turned += 1)
      page = await auditPage(filter, rowsPerPage, page.next);
    return { rows: page.rows, next: page.next, loading: false, problem: undefined };
  } catch (error) {
    return { ...nothingYet, loading: false, problem: ApiError.of(error) };
  }
}
