import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { columns } from '../../output/columns.js';
import { ageText, bytesText } from '../../output/durations.js';
import { printable } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { serviceList } from '../services/service-calls.js';

/** What it says of the PostgreSQL database beside the store. */
interface DatabaseState {
  readonly database: string | null;
  readonly connected: boolean;
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly lagSeconds: number;
  readonly written: number;
  readonly outOfRange: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly lastError: string | null;
}

/** What the service says of itself. */
interface HistoryState {
  readonly store: string;
  readonly valuesPerSecond: number;
  readonly bytes: number;
  readonly oldestAt: string | null;
  readonly values: number;
  readonly tags: number;
  readonly pending: number;
  readonly dropped: number;
  readonly lagSeconds: number;
  readonly damagedBlocks: number;
  readonly trouble: string | null;
  readonly database: DatabaseState | null;
}

/** How much history is kept, how fast it grows, how far back it reaches, and what is wrong with it. */
export async function historyStatus(context: CommandContext): Promise<ExitCode> {
  const { json, terminal, clock } = context;
  const { services } = await serviceList(context);
  const service = services.find(({ type }) => type === 'history');
  if (!service) throw notKept();
  const { state, reason } = service;
  const said = service.detail as HistoryState | null;
  if (json) writeJson(terminal, { schema: 'fieldwarden/history@1', state, reason, ...said });
  else {
    const rows = [
      ['State', reason === null ? state : `${state}: ${printable(reason)}`],
      ...(said ? stateRows(said, clock.wallMs()) : []),
    ];
    terminal.write(columns(rows));
  }
  return exitCodes.done;
}

function stateRows(said: HistoryState, nowMs: number): readonly (readonly string[])[] {
  return [...storeRows(said, nowMs), ...(said.database ? databaseRows(said.database) : [])];
}

function databaseRows(said: DatabaseState): readonly (readonly string[])[] {
  const { database, connected, waiting, waitingBytes, lagSeconds, written, outOfRange, dropped, lastError } = said;
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const queue = `${waiting} batches, ${bytesText(waitingBytes)}, for ${Math.round(lagSeconds)} s`;
  return [
    ['Database', `${printable(database ?? 'not reached yet')}: ${connected ? 'connected' : 'away'}`],
    ['  Written', `${written} values since its start`],
    ['  Waiting', waiting === 0 ? 'nothing' : queue],
    ['  Given up', String(lost)],
    ...(outOfRange === 0 ? [] : [['  Out of range', `${outOfRange} values: too old, or far ahead of its clock`]]),
    ...(lastError === null ? [] : [['  Last error', printable(lastError)]]),
  ];
}

function storeRows(said: HistoryState, nowMs: number): readonly (readonly string[])[] {
  if (said.store === 'none') return [['Store', said.database ? 'none' : 'none: nothing is kept']];
  return [
    ['Size', bytesText(said.bytes)],
    ['Oldest', said.oldestAt === null ? 'nothing yet' : ageText(said.oldestAt, nowMs)],
    ['Tags', String(said.tags)],
    ['Rate', `${said.valuesPerSecond} values a second`],
    ['Written', `${said.values} values since its start`],
    ['Waiting', said.pending === 0 ? 'nothing' : `${said.pending} values, for ${Math.round(said.lagSeconds)} s`],
    ['Given up', String(said.dropped)],
    ...(said.damagedBlocks === 0 ? [] : [['Damaged', `${said.damagedBlocks} blocks`]]),
  ];
}

function notKept(): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'HISTORY_NONE',
    message: 'This gateway keeps no history; its plant document has no section history.',
    remedy: 'Add one, and publish it: history: { retentionDays: 30 }.',
  });
}
