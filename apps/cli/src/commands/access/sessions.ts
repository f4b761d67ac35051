import type { SessionEnded, SessionList } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';

export async function listSessions({ client, json, terminal }: CommandContext): Promise<ExitCode> {
  const list = await client.call<SessionList>({ path: '/sessions', schema: 'fieldwarden/sessions@1' });
  if (json) writeJson(terminal, list);
  else {
    const rows = list.sessions.map(({ id, user, from, openedAt, usedAt }) => [
      id,
      oneLine(user),
      oneLine(from ?? ''),
      dateAndTime(openedAt).slice(0, 19),
      dateAndTime(usedAt).slice(0, 19),
    ]);
    terminal.write(table(['ID', 'USER', 'FROM', 'OPENED', 'USED'], rows, terminal.width) || 'Nobody is signed in.\n');
  }
  return exitCodes.done;
}

export async function endSession({ client, json, terminal }: CommandContext, id: string): Promise<ExitCode> {
  const path = `/sessions/${encodeURIComponent(id)}`;
  const ended = await client.call<SessionEnded>({ method: 'DELETE', path, schema: 'fieldwarden/session-ended@1' });
  if (json) writeJson(terminal, ended);
  else terminal.write(`The session of ${oneLine(ended.user)} has ended.\n`);
  return exitCodes.done;
}
