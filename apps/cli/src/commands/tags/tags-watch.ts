import type { TagValueAnswer, WatchedValue } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import type { ExitCode } from '../../exit-code.js';
import { follow } from '../../gateway/follow.js';
import { timeOfDay } from '../../output/durations.js';
import { statusText, valueText } from '../../output/values.js';
import { writeJson } from '../../terminal.js';

/** One line per change, beginning with the present values. */
export async function watchTags(context: CommandContext, paths: readonly string[]): Promise<ExitCode> {
  const { json, terminal } = context;
  const show = json ? (value: WatchedValue) => writeJson(terminal, value) : await lineWriter(context, paths);
  const query = new URLSearchParams(paths.map((path): [string, string] => ['path', path]));
  return await follow(context, `/tags/watch?${query.toString()}`, 'value', (item) => show(item as WatchedValue));
}

/** Asks for types and units first: they do not come with each change. */
async function lineWriter(
  { client, terminal }: CommandContext,
  paths: readonly string[],
): Promise<(value: WatchedValue) => void> {
  const asked = paths.map((path) => {
    const query = new URLSearchParams({ path });
    return client.call<TagValueAnswer>({ path: `/tags/value?${query.toString()}`, schema: 'fieldwarden/tag-value@1' });
  });
  const rows = new Map((await Promise.all(asked)).map((row) => [row.path, row]));
  const width = Math.max(...paths.map((path) => path.length));
  return (value) => {
    const { dataType, unit } = rows.get(value.path) ?? { dataType: '', unit: null };
    const text = unit === null ? valueText(value.value, dataType) : `${valueText(value.value, dataType)} ${unit}`;
    terminal.write(
      `${timeText(value.sourceAt)}  ${value.path.padEnd(width)}  ${text}  ${statusText(value, terminal.palette)}\n`,
    );
  };
}

function timeText(at: string | null): string {
  return at === null ? '-'.padEnd(12) : timeOfDay(at);
}
