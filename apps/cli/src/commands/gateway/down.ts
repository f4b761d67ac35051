import type { ShutdownAnswer } from '@fieldwarden/admin-contract';
import { delay } from '@fieldwarden/core';
import { CliError, usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { isRunning } from '../../gateway/is-running.js';
import { writeJson } from '../../terminal.js';

const stopTimeoutMs = 20_000;
const lookEveryMs = 25;

/** Stops the gateway of this home, and returns when its process is gone. */
export async function down(context: CommandContext): Promise<ExitCode> {
  const { client, clock, json, target, terminal } = context;
  if (target.via !== 'socket') throw usageError('down stops the gateway of a home directory; it does not take --url');
  const { pid } = await client.call<ShutdownAnswer>({
    method: 'POST',
    path: '/shutdown',
    schema: 'fieldwarden/shutdown@1',
  });
  const startedMs = clock.monotonicMs();
  while (isRunning(pid)) {
    if (clock.monotonicMs() - startedMs > stopTimeoutMs) throw stillThere(pid);
    await delay(clock, lookEveryMs);
  }
  if (json) writeJson(terminal, { schema: 'fieldwarden/down@1', pid });
  else terminal.write(`The gateway (pid ${pid}) has stopped.\n`);
  return exitCodes.done;
}

function stillThere(pid: number): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'STILL_STOPPING',
    message: `The gateway (pid ${pid}) has not ended within ${stopTimeoutMs / 1_000} s.`,
    remedy: `Its log says what it waits for; kill -9 ${pid} ends it, and its Hosts with it.`,
  });
}
