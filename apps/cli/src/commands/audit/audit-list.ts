import type { AuditRow } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { csvHead, csvLine } from './audit-csv.js';
import { auditRows, type AuditFilterOptions } from './audit-rows.js';

export interface AuditListOptions extends AuditFilterOptions {
  readonly lines: number;
  readonly csv?: boolean;
}

/** Who did what, newest first. */
export async function listAudit(
  context: CommandContext,
  { lines, csv, ...filter }: AuditListOptions,
): Promise<ExitCode> {
  const { json, terminal } = context;
  const rows: AuditRow[] = [];
  for await (const page of auditRows(context, filter, lines)) rows.push(...page);
  if (json) writeJson(terminal, { schema: 'fieldwarden/audit@1', rows, next: null });
  else if (csv === true) terminal.write(csvHead + rows.map(csvLine).join(''));
  else {
    const head = ['ROW', 'AT', 'WHO', 'VIA', 'DID', 'TO', 'BEFORE', 'AFTER', 'OUTCOME'];
    const text = table(head, rows.map((row) => cells(row, terminal.palette)), terminal.width); // prettier-ignore
    terminal.write(text || 'The audit has no such row.\n');
  }
  return exitCodes.done;
}

function cells(row: AuditRow, palette: Palette): readonly string[] {
  const { seq, at, user, via, action, subject, before, after, outcome, reason } = row;
  const end = reason === null ? outcome : `${outcome}: ${oneLine(reason)}`;
  return [
    String(seq),
    dateAndTime(at),
    oneLine(user),
    oneLine(via),
    action,
    oneLine(subject),
    valueCell(before),
    valueCell(after),
    outcome === 'done' ? end : palette.warning(end),
  ];
}

/** Characters of a value on a line of a table. */
const maxShown = 40;

function valueCell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
