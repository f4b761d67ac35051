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

/** What an input of date and time shows of an ISO time: local, to the minute. */
export function localTimeOf(iso: string): string {
  const atMs = Date.parse(iso);
  if (Number.isNaN(atMs)) return '';
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(atMs - offsetMs).toISOString().slice(0, 16);
}

/** And back; empty where it is none. */
export function isoTimeOf(local: string): string {
  const atMs = Date.parse(local);
  return Number.isNaN(atMs) ? '' : new Date(atMs).toISOString();
}
