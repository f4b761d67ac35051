import type { WriteAnswerBody, WriteAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { Palette } from '../output/palette.js';
import { oneLine } from '../output/printable.js';
import { correlationText } from '../report-error.js';
import { writeJson } from '../terminal.js';
import { writtenValue } from '../written-value.js';

/** The longest time-out of a write, and waiting. */
const writeTimeoutMs = 60_000;

/** Writes one tag. Exit code 0 only if the device confirmed. */
export async function writeTag(
  { client, json, terminal }: CommandContext,
  path: string,
  text: string,
): Promise<ExitCode> {
  const answer = await client.call<WriteAnswerBody>({
    method: 'PUT',
    path: '/tags/value',
    body: { path, value: writtenValue(text) },
    schema: 'fieldwarden/write@1',
    timeoutMs: writeTimeoutMs,
  });
  if (json) writeJson(terminal, answer);
  else terminal.write(`${outcomeLine(answer, terminal.palette)}\n`);
  if (!json && answer.outcome !== 'done') terminal.writeError(correlationText(client.correlationId));
  return answer.outcome === 'done' ? exitCodes.done : exitCodes.failed;
}

const meanings: Readonly<Record<WriteAnswer['outcome'], string>> = {
  done: 'the device confirmed',
  rejected: 'the device said no',
  'not-sent': 'the write did not leave the gateway',
  unknown: 'the write was sent, but no answer came; the device may or may not have it',
};

function outcomeLine({ path, outcome, status, message }: WriteAnswer, palette: Palette): string {
  const paint = outcome === 'done' ? palette.good : palette.bad;
  const why = outcome === 'done' ? '' : ` (${status}${message === undefined ? '' : `: ${oneLine(message)}`})`;
  return `${path}  ${paint(outcome)}: ${meanings[outcome]}${why}`;
}
