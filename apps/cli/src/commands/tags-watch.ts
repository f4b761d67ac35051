import type { WatchedValue } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../command-context.js';
import type { ExitCode } from '../exit-code.js';
import { follow } from '../follow.js';
import { timeOfDay } from '../output/durations.js';
import { statusText, valueText } from '../output/values.js';
import { writeJson } from '../terminal.js';

/** One line per change, beginning with the present values. */
export async function watchTags(context: CommandContext, paths: readonly string[]): Promise<ExitCode> {
  const { json, terminal } = context;
  const width = Math.max(...paths.map((path) => path.length));
  const query = new URLSearchParams(paths.map((path): [string, string] => ['path', path]));
  return await follow<WatchedValue>(context, `/tags/watch?${query}`, 'value', (value) => {
    if (json) writeJson(terminal, value);
    else
      terminal.write(
        `${timeText(value.sourceAt)}  ${value.path.padEnd(width)}  ${valueText(value.value)}  ${statusText(value, terminal.palette)}\n`,
      );
  });
}

function timeText(at: string | null): string {
  return at === null ? '-'.padEnd(12) : timeOfDay(at);
}
