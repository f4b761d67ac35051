import type { AlarmJournalPage, AlarmJournalRow } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { valueText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { timeOf } from '../../time-argument.js';

export interface AlarmJournalOptions {
  readonly lines: number;
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly area?: string;
  readonly transition?: string;
  readonly text?: string;
}

const rowsPerPage = 1_000;

/** One request reads as much of the journal as it may. */
const pageMs = 60_000;

/** Every transition of every alarm, newest first. */
export async function listAlarmJournal(
  context: CommandContext,
  { lines, ...filter }: AlarmJournalOptions,
): Promise<ExitCode> {
  const { json, terminal } = context;
  const rows = await journalRows(context, filter, lines);
  if (json) writeJson(terminal, { schema: 'fieldwarden/alarm-journal@1', rows, next: null });
  else {
    const head = ['ROW', 'AT', 'CONDITION', 'WAS', 'VALUE', 'WHO', 'WHAT'];
    terminal.write(table(head, rows.map(cells), terminal.width) || 'The journal has no such row.\n');
  }
  return exitCodes.done;
}

async function journalRows(
  { client, clock }: CommandContext,
  { from, to, ...texts }: Omit<AlarmJournalOptions, 'lines'>,
  lines: number,
): Promise<readonly AlarmJournalRow[]> {
  const nowMs = clock.wallMs();
  const times = { from: from && timeOf(from, nowMs), to: to && timeOf(to, nowMs) };
  const rows: AlarmJournalRow[] = [];
  let cursor: string | null = null;
  while (rows.length < lines) {
    const said = { ...texts, ...times, limit: String(Math.min(lines - rows.length, rowsPerPage)), cursor };
    const given = Object.entries(said).filter((field): field is [string, string] => typeof field[1] === 'string');
    const page: AlarmJournalPage = await client.call<AlarmJournalPage>({
      path: `/alarms/journal?${new URLSearchParams(given).toString()}`,
      schema: 'fieldwarden/alarm-journal@1',
      timeoutMs: pageMs,
    });
    rows.push(...page.rows);
    cursor = page.next;
    if (cursor === null) break;
  }
  return rows;
}

function cells({
  seq,
  at,
  driverId,
  device,
  id,
  transition,
  value,
  quality,
  user,
  note,
  message,
}: AlarmJournalRow): readonly string[] {
  const isGood = quality === null || quality === 'Good';
  return [
    String(seq),
    dateAndTime(at),
    oneLine([driverId, device, id].filter((part) => part !== null).join('/')),
    transition,
    isGood ? valueText(value) : `${valueText(value)} ${quality}`,
    oneLine(user ?? '-'),
    oneLine(note === null ? message : `${message} (${note})`),
  ];
}
