import type { AuditRow } from '@fieldwarden/admin-contract';
import type { StateLook } from '../../fleet/state-words.js';

/** A value before or after, in one line; null where there was none. */
export function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const outcomeLooks: Readonly<Record<AuditRow['outcome'], StateLook>> = {
  done: { tone: 'good', icon: 'check', meaning: 'It was done.' },
  refused: { tone: 'warning', icon: 'off-scan', meaning: 'Whoever wanted it may not do it.' },
  failed: { tone: 'fault', icon: 'fault', meaning: 'It was allowed, and did not work.' },
  rejected: { tone: 'fault', icon: 'fault', meaning: 'The device, or a limit, said no.' },
  'not-sent': { tone: 'warning', icon: 'warning', meaning: 'It never left the gateway.' },
  unknown: { tone: 'warning', icon: 'question', meaning: 'It left, and nothing confirms it.' },
};

const columns = [
  'seq',
  'at',
  'user',
  'via',
  'action',
  'subject',
  'before',
  'after',
  'outcome',
  'reason',
  'correlationId',
] as const satisfies readonly (keyof AuditRow)[];

/** RFC 4180, with a line of names. */
export function auditCsv(rows: readonly AuditRow[]): string {
  const lines = rows.map((row) => columns.map((column) => csvField(row[column])).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

/** One JSON object per line. */
export function auditJsonLines(rows: readonly AuditRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Names that strangers tried to sign in with are in here: no text may be a formula of the spreadsheet that opens it. */
function csvField(value: unknown): string {
  const text = valueText(value) ?? '';
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
