import type { ConfigDiff } from '@fieldwarden/admin-contract';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { changeLines, stepLines } from '../../output/config-changes.js';
import { plantSource } from '../../plant-source.js';
import { withProgress } from '../../progress.js';
import { writeJson } from '../../terminal.js';
import { namingFile } from './config-publish.js';

/** What differs, and what going from one to the other would do. One side alone is what publishing it would do. */
export async function diffConfig(context: CommandContext, a?: string, b?: string): Promise<ExitCode> {
  const { json, terminal } = context;
  const [from, to] = b === undefined ? ['running', a ?? 'draft'] : [a ?? 'running', b];
  const diff = await withProgress(context, 'Comparing', difference(context, from, to));
  if (json) writeJson(terminal, diff);
  else terminal.write(diffText(context, diff));
  return exitCodes.done;
}

/** A number, `running` or `draft`; whatever else is named is a file. */
const isKnownSide = (side: string): boolean => /^(?:[1-9]\d*|running|draft)$/.test(side);

async function difference(context: CommandContext, from: string, to: string): Promise<ConfigDiff> {
  const schema = 'fieldwarden/diff@1';
  if (!isKnownSide(from))
    throw usageError(
      `the first side is the number of a generation, draft or running, not ${from}; a file comes second`,
    );
  if (isKnownSide(to))
    return await context.client.call<ConfigDiff>({ path: `/config/diff?from=${from}&to=${to}`, schema });
  if (from === 'draft') throw usageError('a file is compared with a generation, or with what runs');
  const body = { ...(await plantSource(context, to)), ...(from !== 'running' && { from: Number(from) }) };
  const call = context.client.call<ConfigDiff>({
    method: 'POST',
    path: '/config/diff',
    body,
    schema,
    timeoutMs: 60_000,
  });
  return await namingFile(call, to);
}

const sameWords = 'The documents say the same; what a reference in them stands for has changed.\n';

function diffText({ terminal: { palette } }: CommandContext, diff: ConfigDiff): string {
  const { changes, leftOff, steps } = diff;
  if (changes.length === 0 && steps.length === 0) return 'Nothing differs.\n';
  const written = changes.length === 0 ? sameWords : changeLines(changes, leftOff, palette);
  const does = steps.length === 0 ? 'No driver is touched by it.\n' : `What it does:\n${stepLines(steps, palette)}`;
  return `${written}\n${does}`;
}
