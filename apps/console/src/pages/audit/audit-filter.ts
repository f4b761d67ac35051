import type { AuditQuery } from '../../api/audit-requests.js';

/** As the address of the page has it: what is empty is not there. */
const fields = [
  'from',
  'to',
  'user',
  'path',
  'action',
  'outcome',
  'via',
] as const satisfies readonly (keyof AuditQuery)[];

export const outcomes = ['done', 'refused', 'failed', 'rejected', 'not-sent', 'unknown'] as const;

/** The roads by which something is done. */
export const roads = ['console', 'rest', 'socket', 'opcua', 'mqtt', 'modbus-server', 'command', 'gateway'] as const;

export function filterOf(search: string): AuditQuery {
  const query = new URLSearchParams(search);
  return Object.fromEntries(fields.map((field) => [field, query.get(field) ?? ''])) as unknown as AuditQuery;
}

export function searchOf(filter: AuditQuery): string {
  return new URLSearchParams(
    fields.filter((field) => filter[field] !== '').map((field) => [field, filter[field]]),
  ).toString();
}

export function isFiltered(filter: AuditQuery): boolean {
  return searchOf(filter) !== '';
}
