import type { TagHistory } from '@fieldwarden/admin-contract';
import { usageError } from '../cli-error.js';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { columns } from '../output/columns.js';
import { dateAndTime } from '../output/durations.js';
import { statusText, valueText } from '../output/values.js';
import { writeJson } from '../terminal.js';

export interface HistoryOptions {
  readonly from?: string;
  readonly to?: string;
}

/** What the gateway remembers of one tag, oldest first. */
export async function tagHistory(
  { client, clock, json, terminal }: CommandContext,
  path: string,
  { from = '15min', to }: HistoryOptions,
): Promise<ExitCode> {
  const nowMs = clock.wallMs();
  const query = new URLSearchParams({
    path,
    from: timeOf(from, nowMs),
    ...(to !== undefined && { to: timeOf(to, nowMs) }),
  });
  const history = await client.call<TagHistory>({
    path: `/tags/history?${query.toString()}`,
    schema: 'fieldwarden/tag-history@1',
  });
  if (json) writeJson(terminal, history);
  else {
    const rows = history.points.map((point) => [
      dateAndTime(point.sourceAt),
      valueText(point.value),
      statusText(point, terminal.palette),
    ]);
    terminal.write(columns(rows) || 'Nothing is remembered of that time.\n');
    if (history.keptFrom !== null) terminal.writeError(`${terminal.errorPalette.faint(`Remembered since ${dateAndTime(history.keptFrom)}.`)}\n`); // prettier-ignore
  }
  return exitCodes.done;
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15min` back from now, or a time; one without a zone is local. */
function timeOf(text: string, nowMs: number): string {
  const back = /^(\d{1,6}) ?(s|min|h|d)$/.exec(text);
  const ms = back ? nowMs - Number(back[1]) * unitMs[back[2]] : Date.parse(text);
  if (Number.isFinite(ms) && (back || /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d|$)/.test(text))) return new Date(ms).toISOString();
  throw usageError(`${JSON.stringify(text)} is no time: write 2030-01-31T12:00, or 15min for that long ago`);
}
