import { CliError } from '../cli-error.js';
import type { CommandContext } from '../command-context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';

/** Shows the events of a stream that are named `event`, until the user interrupts. The gateway's end is a failure. */
export async function follow(
  context: CommandContext,
  path: string,
  event: string | undefined,
  show: (item: unknown) => void,
): Promise<ExitCode> {
  const interrupted = context.interrupted();
  for await (const received of context.client.stream(path, interrupted)) {
    if (event === undefined || received.event === event) show(JSON.parse(received.data) as unknown);
  }
  if (interrupted.aborted) return exitCodes.done;
  throw new CliError({
    exitCode: exitCodes.failed,
    code: 'STREAM_ENDED',
    message: 'The gateway ended the stream.',
    remedy: 'It stops, or this reader was too slow.',
  });
}
