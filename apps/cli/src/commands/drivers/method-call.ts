import type { MethodCallAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { outcomeText } from '../../output/outcomes.js';
import { oneLine } from '../../output/printable.js';
import { valueText } from '../../output/values.js';
import { correlationText } from '../../report-error.js';
import { writeJson } from '../../terminal.js';

/** The longest time-out of a method, and waiting. */
const answerMs = 60_000;

export interface MethodCallOptions {
  readonly device?: string;
  readonly object?: string;
}

/** Has a device execute a method, once. Exit code 0 only if it did. */
export async function callMethod(
  { client, json, terminal }: CommandContext,
  options: MethodCallOptions,
  [id, method, ...texts]: readonly [id: string, method: string, ...texts: readonly string[]],
): Promise<ExitCode> {
  const answer = await client.call<MethodCallAnswer>({
    method: 'POST',
    path: `/drivers/${encodeURIComponent(id)}/call`,
    body: { ...options, method, args: texts.map(methodArgument) },
    schema: 'fieldwarden/method-call@1',
    timeoutMs: answerMs,
  });
  if (json) writeJson(terminal, answer);
  else {
    terminal.write(`${oneLine(method)}  ${outcomeText(answer, { what: 'call', of: 'device' }, terminal.palette)}\n`);
    for (const output of answer.outputs) terminal.write(`${valueText(output)}\n`);
  }
  if (!json && answer.outcome !== 'done') terminal.writeError(correlationText(client.correlationId));
  return answer.outcome === 'done' ? exitCodes.done : exitCodes.failed;
}

/** No declared type says what is meant: `5`, `true`, `"5"`, `[1,2]` as in JSON, anything else is a text as it stands. */
function methodArgument(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return value === null || (typeof value === 'object' && !Array.isArray(value)) ? text : value;
  } catch {
    return text;
  }
}
