import type { TagWriteAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { outcomeText } from '../../output/outcomes.js';
import { correlationText } from '../../report-error.js';
import { writeJson } from '../../terminal.js';

/** The longest time-out of a write, and waiting. */
const writeTimeoutMs = 60_000;

/**
 * Writes one tag: the text as it was typed, which the gateway takes by the tag's type. Exit code 0 only if that was confirmed: by the device, or by
 * the gateway for a tag of its own.
 */
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
  const asked = { what: 'write', of: path.startsWith('_system/') ? 'gateway' : 'device' } as const;
  if (json) writeJson(terminal, answer);
  else terminal.write(`${path}  ${outcomeText(answer, asked, terminal.palette)}\n`);
  if (!json && answer.outcome !== 'done') terminal.writeError(correlationText(client.correlationId));
  return answer.outcome === 'done' ? exitCodes.done : exitCodes.failed;
}
