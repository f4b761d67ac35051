import type { TagWriteAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { outcomeText } from '../../output/outcomes.js';
import { correlationText } from '../../report-error.js';
import { writeJson } from '../../terminal.js';

/** The longest time-out of a write, and waiting. */
const writeTimeoutMs = 60_000;

/** Writes one tag: the text as it was typed, which the gateway takes by the tag's type. Exit code 0 only if the device confirmed. */
export async function writeTag(
  { client, json, terminal }: CommandContext,
  path: string,
  text: string,
): Promise<ExitCode> {
  const answer = await client.call<TagWriteAnswer>({
    method: 'PUT',
    path: '/tags/value',
    body: { path, value: text },
    schema: 'fieldwarden/write@1',
    timeoutMs: writeTimeoutMs,
  });
  if (json) writeJson(terminal, answer);
  else terminal.write(`${path}  ${outcomeText(answer, 'write', terminal.palette)}\n`);
  if (!json && answer.outcome !== 'done') terminal.writeError(correlationText(client.correlationId));
  return answer.outcome === 'done' ? exitCodes.done : exitCodes.failed;
}
