import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { counted } from '../gateway/status.js';
import { askNotifications, notificationState } from './notification-calls.js';

/** The ways to people: what waits for them, and what is wrong. */
export async function notificationStatus(context: CommandContext): Promise<ExitCode> {
  const { json, terminal } = context;
  const state = await notificationState(context);
  if (json) {
    writeJson(terminal, { schema: 'fieldwarden/notifications@1', ...state });
    return exitCodes.done;
  }
  const { open, waiting, deadLetters, channels } = state;
  terminal.write(`${counted(open, 'alarm')} open, ${waiting} to be told, ${counted(deadLetters, 'dead letter')}\n`);
  const rows = channels.map((channel) => [
    channel.id,
    channel.type,
    String(channel.waiting),
    oneLine(channel.problem ?? 'works, as far as is known'),
  ]);
  if (rows.length > 0) terminal.write(table(['CHANNEL', 'TYPE', 'WAITING', 'STATE'], rows, terminal.width));
  return exitCodes.done;
}

export interface TestOptions {
  /** Mail addresses in place of those of the channel. */
  readonly to?: readonly string[];
}

interface TestAnswer {
  readonly outcome: 'sent' | 'failed';
  readonly message: string | null;
  readonly durationMs: number;
}

/** Sends a message that says that it is a test. Fails where the other side did not take it. */
export async function notificationTest(
  context: CommandContext,
  { to }: TestOptions,
  channel: string,
): Promise<ExitCode> {
  const { json, terminal } = context;
  const answer = await askNotifications<TestAnswer>(context, 'test', { channel, ...(to && { to }) });
  const { outcome, message, durationMs } = answer;
  if (json) writeJson(terminal, { schema: 'fieldwarden/notification-test@1', ...answer });
  else if (outcome === 'sent') terminal.write(`${channel} took a test within ${durationMs} ms\n`);
  else terminal.write(`${terminal.palette.bad('not sent')}: ${oneLine(message ?? '')}\n`);
  return outcome === 'sent' ? exitCodes.done : exitCodes.failed;
}

interface DeadLetterRow {
  readonly at: string;
  readonly channel: string;
  readonly result: string;
  readonly message: string;
  readonly alarms: readonly { readonly id: string; readonly message: string }[];
}

/** What nobody was told, and why. */
export async function deadLetters(context: CommandContext): Promise<ExitCode> {
  const { json, terminal } = context;
  const { deadLetters: letters } = await askNotifications<{ readonly deadLetters: readonly DeadLetterRow[] }>(
    context,
    'dead-letters',
    {},
  );
  if (json) writeJson(terminal, { schema: 'fieldwarden/dead-letters@1', deadLetters: letters });
  else if (letters.length === 0) terminal.write('Everything was told.\n');
  else {
    const rows = letters.map(({ at, channel, result, alarms, message }) => [
      dateAndTime(at),
      channel,
      result,
      oneLine(alarms.map(({ id }) => id).join(', ')),
      oneLine(message),
    ]);
    terminal.write(table(['TIME', 'CHANNEL', 'RESULT', 'ALARMS', 'WHY'], rows, terminal.width));
  }
  return exitCodes.done;
}
