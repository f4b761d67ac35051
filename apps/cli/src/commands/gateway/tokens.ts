import type { TokenCreated, TokenList, TokenRevoked } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { counted } from './status.js';

/** Makes a token for the console, or for programs. The only time that it is shown. */
export async function createToken({ client, json, terminal }: CommandContext, name: string): Promise<ExitCode> {
  const made = await client.call<TokenCreated>({
    method: 'POST',
    path: '/tokens',
    body: { name },
    schema: 'fieldwarden/token@1',
  });
  if (json) writeJson(terminal, made);
  else {
    terminal.write(`${made.token}\n`);
    terminal.writeError(
      `This is the token ${made.name}, shown only this once. It signs in at the console; programs send it as Authorization: Bearer TOKEN.\n`,
    );
  }
  return exitCodes.done;
}

export async function listTokens({ client, json, terminal }: CommandContext): Promise<ExitCode> {
  const list = await client.call<TokenList>({ path: '/tokens', schema: 'fieldwarden/tokens@1' });
  if (json) writeJson(terminal, list);
  else {
    const rows = list.tokens.map(({ name, createdAt, usedAt, sessions }) => [
      oneLine(name),
      dateAndTime(createdAt).slice(0, 19),
      String(sessions),
      usedAt === null ? 'opens the Admin API' : `used up at ${dateAndTime(usedAt).slice(0, 19)}`,
    ]);
    terminal.write(table(['NAME', 'CREATED', 'SESSIONS', 'STATE'], rows, terminal.width) || 'There is no token.\n');
  }
  return exitCodes.done;
}

/** Console sessions that it opened end with it. */
export async function revokeToken({ client, json, terminal }: CommandContext, name: string): Promise<ExitCode> {
  const path = `/tokens/${encodeURIComponent(name)}`;
  const revoked = await client.call<TokenRevoked>({ method: 'DELETE', path, schema: 'fieldwarden/token-revoked@1' });
  if (json) writeJson(terminal, revoked);
  else {
    terminal.write(
      `The token ${name} opens nothing any more; ${counted(revoked.sessions, 'session')} ended with it.\n`,
    );
    if (revoked.notKept !== null)
      terminal.writeError(
        `The disk did not take this (${oneLine(revoked.notKept)}): after a restart of the gateway the token would open again. It is tried until the disk takes it.\n`,
      );
  }
  return exitCodes.done;
}
