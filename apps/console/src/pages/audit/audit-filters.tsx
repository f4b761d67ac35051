import { auditActions } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import type { AuditQuery } from '../../api/audit-requests.js';
import { Moment } from '../../parts/moment.js';
import { outcomes, roads } from './audit-filter.js';

interface AuditFiltersProps {
  readonly filter: AuditQuery;
  readonly onChange: (filter: AuditQuery) => void;
}

export function AuditFilters({ filter, onChange }: AuditFiltersProps): ReactElement {
  const set = (change: Partial<AuditQuery>): void => onChange({ ...filter, ...change });
  return (
    <div className="toolbar" role="search" aria-label="Filter of the audit">
      <Choice name="action" label="Action" all="Every action" values={auditActions} filter={filter} onChange={set} />
      <Choice name="outcome" label="Outcome" all="Every outcome" values={outcomes} filter={filter} onChange={set} />
      <Choice name="via" label="By" all="Every road" values={roads} filter={filter} onChange={set} />
      <input
        className="input grow"
        type="search"
        placeholder="User"
        aria-label="User"
        value={filter.user}
        onChange={(event) => set({ user: event.target.value })}
      />
      <input
        className="input grow"
        type="search"
        placeholder="Subject, or paths: packaging/**"
        aria-label="Path or subject"
        value={filter.path}
        onChange={(event) => set({ path: event.target.value })}
      />
      <Moment label="From" value={filter.from} onChange={(from) => set({ from })} />
      <Moment label="To" value={filter.to} onChange={(to) => set({ to })} />
    </div>
  );
}

interface ChoiceProps {
  readonly name: 'action' | 'outcome' | 'via';
  readonly label: string;
  readonly all: string;
  readonly values: readonly string[];
  readonly filter: AuditQuery;
  readonly onChange: (change: Partial<AuditQuery>) => void;
}

function Choice({ name, label, all, values, filter, onChange }: ChoiceProps): ReactElement {
  return (
    <select
      className="select"
      aria-label={label}
      value={filter[name]}
      onChange={(event) => onChange({ [name]: event.target.value })}
    >
      <option value="">{all}</option>
      {values.map((value) => (
        <option key={value}>{value}</option>
      ))}
    </select>
  );
}
