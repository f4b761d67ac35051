import type { TagHistory } from '@fieldwarden/admin-contract';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { columns } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { statusText, valueText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { timeOf } from '../../time-argument.js';
import { csvHead, csvRows } from '../history/history-csv.js';

export interface HistoryOptions {
  readonly from?: string;
  readonly to?: string;
  /** Undefined: the store where it has the tag, else memory. */
  readonly source?: 'store' | 'memory' | 'device';
  readonly aggregate?: string;
  /** ms */
  readonly interval?: number;
  /** Rows of a tag, on all pages. */
  readonly limit: number;
  readonly csv?: boolean;
}

/** A device may take its whole time-out for history, and each attempt. */
const pageMs = 120_000;

const rowsPerPage = 10_000;

/** What the gateway keeps, or the device remembers, of tags, one after the other. */
export async function tagHistory(
  context: CommandContext,
  paths: readonly string[],
  options: HistoryOptions,
): Promise<ExitCode> {
  const { json, terminal } = context;
  if (json && options.csv === true) throw usageError('--csv and --json are two ways to print the same');
  const histories: TagHistory[] = [];
  for (const path of paths) histories.push(await pagesOf(context, questionOf(context, path, options), options.limit));
  if (json) {
    if (histories.length === 1) writeJson(terminal, histories[0]);
    else writeJson(terminal, { schema: 'fieldwarden/tag-histories@1', histories });
  } else if (options.csv === true) {
    terminal.write(csvHead + histories.map(csvRows).join(''));
  } else for (const history of histories) show(context, history, paths.length > 1);
  if (histories.some(({ next, nextCursor }) => next ?? nextCursor))
    terminal.writeError(`There is more: --limit is ${options.limit} rows.\n`);
  return exitCodes.done;
}

function show({ terminal }: CommandContext, { path, points, keptFrom }: TagHistory, isOneOfMany: boolean): void {
  const rows = points.map((point) => [
    dateAndTime(point.sourceAt),
    valueText(point.value),
    statusText(point, terminal.palette),
  ]);
  if (isOneOfMany) terminal.write(`${terminal.palette.strong(path)}\n`);
  terminal.write(columns(rows) || 'Nothing is remembered of that time.\n');
  if (keptFrom !== null)
    terminal.writeError(`${terminal.errorPalette.faint(`Remembered since ${dateAndTime(keptFrom)}.`)}\n`);
}

function questionOf(
  { clock }: CommandContext,
  path: string,
  { from = '15min', to = '0s', source, aggregate, interval, limit }: HistoryOptions,
): Readonly<Record<string, string>> {
  if ((aggregate === undefined) !== (interval === undefined))
    throw usageError('an aggregate needs an interval, and an interval an aggregate');
  if (aggregate !== undefined && source === 'memory') throw usageError('memory has no aggregates');
  const nowMs = clock.wallMs();
  return {
    path,
    from: timeOf(from, nowMs),
    to: timeOf(to, nowMs), // all pages of the same range
    ...(source !== undefined && { source }),
    ...((source === 'device' || source === 'store') && { limit: String(Math.min(limit, rowsPerPage)) }),
    ...(aggregate !== undefined && { aggregate, intervalMs: String(interval) }),
  };
}

/** One page of what a gateway or a device has. */
export async function historyPage(
  { client }: Pick<CommandContext, 'client'>,
  asked: Readonly<Record<string, string>>,
): Promise<TagHistory> {
  return await client.call<TagHistory>({
    path: `/tags/history?${new URLSearchParams(asked).toString()}`,
    schema: 'fieldwarden/tag-history@1',
    timeoutMs: pageMs,
  });
}

/** Whoever answered the first page is asked for the others. */
async function pagesOf(
  context: CommandContext,
  asked: Readonly<Record<string, string>>,
  limit: number,
): Promise<TagHistory> {
  let history = await historyPage(context, asked);
  const isTooMuch = history.source !== 'memory' && history.points.length > limit;
  if (isTooMuch) history = await historyPage(context, { ...asked, source: history.source, limit: String(limit) });
  for (let cursor = cursorOf(history); cursor && history.points.length < limit; cursor = cursorOf(history)) {
    const room = Math.min(limit - history.points.length, rowsPerPage);
    const page = await historyPage(context, { ...asked, source: history.source, cursor, limit: String(room) });
    history = { ...page, points: [...history.points, ...page.points] };
  }
  return history;
}

function cursorOf({ next, nextCursor }: TagHistory): string | null {
  return next ?? nextCursor ?? null;
}
