import type { TagHistory } from '@fieldwarden/admin-contract';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { columns } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { statusText, valueText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';
import { timeOf } from '../../time-argument.js';

export interface HistoryOptions {
  readonly from?: string;
  readonly to?: string;
  readonly source: 'memory' | 'device';
  readonly aggregate?: string;
  /** ms */
  readonly interval?: number;
  /** Rows of a device, on all pages. */
  readonly limit: number;
}

/** A device may take its whole time-out for history, and each attempt. */
const pageMs = 120_000;

const rowsPerPage = 10_000;

/** What the gateway, or the device, remembers of one tag, oldest first. */
export async function tagHistory(context: CommandContext, path: string, options: HistoryOptions): Promise<ExitCode> {
  const { json, terminal } = context;
  const asked = questionOf(context, path, options);
  const history =
    options.source === 'device' ? await allPages(context, asked, options.limit) : await onePage(context, asked);
  if (json) writeJson(terminal, history);
  else {
    const rows = history.points.map((point) => [
      dateAndTime(point.sourceAt),
      valueText(point.value),
      statusText(point, terminal.palette),
    ]);
    terminal.write(columns(rows) || 'Nothing is remembered of that time.\n');
    if (history.nextCursor) terminal.writeError(`There is more: --limit is ${options.limit} rows.\n`);
    if (history.keptFrom !== null)
      terminal.writeError(`${terminal.errorPalette.faint(`Remembered since ${dateAndTime(history.keptFrom)}.`)}\n`);
  }
  return exitCodes.done;
}

function questionOf(
  { clock }: CommandContext,
  path: string,
  { from = '15min', to, source, aggregate, interval }: HistoryOptions,
): Readonly<Record<string, string>> {
  if ((aggregate === undefined) !== (interval === undefined))
    throw usageError('an aggregate needs an interval, and an interval an aggregate');
  if (aggregate !== undefined && source !== 'device') throw usageError('an aggregate goes with --source device only');
  const nowMs = clock.wallMs();
  return {
    path,
    from: timeOf(from, nowMs),
    ...(to !== undefined && { to: timeOf(to, nowMs) }),
    ...(source === 'device' && { source, to: timeOf(to ?? '0s', nowMs) }), // all pages of the same range
    ...(aggregate !== undefined && { aggregate, intervalMs: String(interval) }),
  };
}

async function onePage({ client }: CommandContext, asked: Readonly<Record<string, string>>): Promise<TagHistory> {
  return await client.call<TagHistory>({
    path: `/tags/history?${new URLSearchParams(asked).toString()}`,
    schema: 'fieldwarden/tag-history@1',
    timeoutMs: pageMs,
  });
}

async function allPages(
  context: CommandContext,
  asked: Readonly<Record<string, string>>,
  limit: number,
): Promise<TagHistory> {
  let history: TagHistory | undefined;
  let next: Readonly<Record<string, string>> = {};
  do {
    const room = limit - (history?.points.length ?? 0);
    const page = await onePage(context, { ...asked, ...next, limit: String(Math.min(room, rowsPerPage)) });
    history = { ...page, points: [...(history?.points ?? []), ...page.points] };
    if (page.nextCursor) next = { cursor: page.nextCursor };
  } while (history.nextCursor && history.points.length < limit);
  return history;
}
