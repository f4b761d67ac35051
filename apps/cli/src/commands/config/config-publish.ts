import type { PublishAnswer } from '@fieldwarden/admin-contract';
import type { Finding } from '@fieldwarden/gateway-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { stepLines } from '../../output/config-changes.js';
import { durationText } from '../../output/durations.js';
import { findingLines } from '../../output/finding-lines.js';
import { oneLine } from '../../output/printable.js';
import { publishedPlant } from '../../plant-source.js';
import { withProgress } from '../../progress.js';
import { writeJson } from '../../terminal.js';

/** Sealing and applying a plant of 100,000 tags takes seconds; a driver that has to stop first may take its whole drain. */
const publishTimeoutMs = 180_000;

/** Publishes a file, or the draft. Resolves when it runs. */
export async function publishConfig(
  context: CommandContext,
  file: string | undefined,
  message: string,
): Promise<ExitCode> {
  const source = file === undefined ? {} : await publishedPlant(context, file);
  return await publish(context, { path: '/config/publish', body: { message, ...source } }, file ?? 'draft');
}

/** The content of an earlier generation, as a new one. */
export async function rollbackConfig(
  context: CommandContext,
  generation: number,
  message: string | undefined,
): Promise<ExitCode> {
  const body = { generation, ...(message !== undefined && { message }) };
  return await publish(context, { path: '/config/rollback', body }, `generation ${generation}`);
}

/** `file`: what findings are about. */
export async function publish(
  context: CommandContext,
  request: { readonly path: string; readonly body: object },
  file: string,
): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const call = client.call<PublishAnswer>({
    ...request,
    method: 'POST',
    schema: 'fieldwarden/publish@1',
    timeoutMs: publishTimeoutMs,
  });
  const answer = await namingFile(withProgress(context, `Publishing ${file}`, call), file);
  if (json) writeJson(terminal, answer);
  else {
    terminal.writeError(findingLines(answer.findings, file, terminal.errorPalette));
    terminal.write(publishText(context, answer));
  }
  return answer.failures.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** Findings in a refusal are about this file: printed with its name. */
export async function namingFile<T>(work: Promise<T>, file: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CliError && error.details.findings) throw new CliError({ ...error.details, file });
    throw error;
  }
}

function publishText({ terminal: { palette } }: CommandContext, answer: PublishAnswer): string {
  const { generation, published, steps, failures, applyMs } = answer;
  if (!published) return `Nothing to publish: generation ${generation} says the same already.\n`;
  const failed = failures.map(
    ({ driverId, message }) => `${palette.bad('!')} ${driverId ?? 'gateway'}: ${oneLine(message)}\n`,
  );
  const head = `Generation ${palette.strong(String(generation))} is published and runs, after ${durationText(applyMs)}.\n`;
  return `${head}${stepLines(steps, palette)}${failed.join('')}`;
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}
