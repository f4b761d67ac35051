import type { TokenCreated, TokenList, TokenRevoked, TokenRow } from '@fieldwarden/admin-contract';
import type { Role } from '@fieldwarden/gateway-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { counted } from '../gateway/status.js';

/** When a token ends: a time, or so long from now. */
export type Expiry = { readonly inMs: number } | { readonly at: string };

export interface TokenOptions {
  readonly role?: Role;
  readonly area?: readonly string[];
  readonly expires?: Expiry;
}

/** Makes a token for the console, or for programs. The only time that it is shown. */
export async function createToken(context: CommandContext, options: TokenOptions, name: string): Promise<ExitCode> {
  const { client, clock, json, terminal } = context;
  const { role, area: areas, expires } = options;
  const expiresAt = expires && ('at' in expires ? expires.at : new Date(clock.wallMs() + expires.inMs).toISOString());
  const body = { name, ...(role && { role }), ...(areas && { areas }), ...(expiresAt && { expiresAt }) };
  const made = await client.call<TokenCreated>({
    method: 'POST',
    path: '/tokens',
    body,
    schema: 'fieldwarden/token@1',
  });
  if (json) writeJson(terminal, made);
  else {
    terminal.write(`${made.token}\n`);
    terminal.writeError(
      `This is the token ${made.name}, shown only this once. It signs in at the console; programs send it as Authorization: Bearer TOKEN.\n${mayDoText(made)}\n${role === undefined ? withoutRole : ''}`,
    );
  }
  return exitCodes.done;
}

const withoutRole =
  'No role was given, so it only looks. For more: fieldwarden tokens revoke NAME, then tokens create NAME --role operator, engineer or admin.\n';

function mayDoText({ role, areas, expiresAt }: TokenCreated): string {
  const where = areas.includes('**') ? '' : `, in ${areas.join(' ')}`;
  const until = expiresAt === null ? 'It does not end by itself' : `It ends at ${dateAndTime(expiresAt).slice(0, 19)}`;
  return `Its role is ${role}${where}. ${until}.`;
}

export async function listTokens({ client, clock, json, terminal }: CommandContext): Promise<ExitCode> {
  const list = await client.call<TokenList>({ path: '/tokens', schema: 'fieldwarden/tokens@1' });
  if (json) writeJson(terminal, list);
  else {
    const rows = list.tokens.map((token) => [
      oneLine(token.name),
      token.role,
      oneLine(token.areas.join(' ')),
      timeText(token.createdAt),
      token.lastUsedAt === null ? 'never' : timeText(token.lastUsedAt),
      String(token.sessions),
      token.expiresAt === null ? 'never' : timeText(token.expiresAt),
      stateText(token, clock.wallMs()),
    ]);
    const head = ['NAME', 'ROLE', 'AREAS', 'CREATED', 'LAST USED', 'SESSIONS', 'ENDS', 'STATE'];
    terminal.write(table(head, rows, terminal.width) || 'There is no token.\n');
  }
  return exitCodes.done;
}

function stateText({ usedAt, expiresAt }: TokenRow, nowMs: number): string {
  if (usedAt !== null) return `used up at ${timeText(usedAt)}`;
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'has ended' : 'opens the Admin API';
}

function timeText(iso: string): string {
  return dateAndTime(iso).slice(0, 19);
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
