import type { UserAnswer, UserList, UserRemoved, UserRow } from '@fieldwarden/admin-contract';
import type { Role } from '@fieldwarden/gateway-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { counted } from '../gateway/status.js';
import { readPassword } from './read-password.js';

export interface PasswordOptions {
  readonly passwordFile?: string;
}

export interface NewUserOptions extends PasswordOptions {
  readonly role: Role;
  readonly area?: readonly string[];
}

export interface RemoveOptions {
  readonly yes?: boolean;
}

export async function listUsers({ client, json, terminal }: CommandContext): Promise<ExitCode> {
  const list = await client.call<UserList>({ path: '/users', schema: 'fieldwarden/users@1' });
  if (json) writeJson(terminal, list);
  else {
    const head = ['NAME', 'ROLE', 'AREAS', 'STATE', '2ND FACTOR', 'SESSIONS', 'LAST SIGN-IN'];
    const none = 'There is no account. Make the first one: fieldwarden users add NAME --role admin\n';
    terminal.write(table(head, list.users.map(cells), terminal.width) || none);
  }
  return exitCodes.done;
}

function cells({ name, role, areas, enabled, totp, sessions, lastSignInAt }: UserRow): readonly string[] {
  return [
    oneLine(name),
    role,
    oneLine(areas.join(' ')),
    enabled ? 'enabled' : 'disabled',
    totp ? 'yes' : 'no',
    String(sessions),
    lastSignInAt === null ? 'never' : dateAndTime(lastSignInAt).slice(0, 19),
  ];
}

export async function addUser(context: CommandContext, options: NewUserOptions, name: string): Promise<ExitCode> {
  const { role, area: areas, passwordFile } = options;
  const password = await readPassword(context, passwordFile, `Password of ${name}`);
  const body = { name, password, role, ...(areas && { areas }) };
  const { client } = context;
  const made = await client.call<UserAnswer>({ method: 'POST', path: '/users', body, schema: 'fieldwarden/user@1' });
  const where = made.areas.includes('**') ? '' : `, in ${made.areas.join(' ')}`;
  return tell(context, made, `The account ${made.name} was made: ${made.role}${where}.`);
}

export async function setUserPassword(
  context: CommandContext,
  { passwordFile }: PasswordOptions,
  name: string,
): Promise<ExitCode> {
  const password = await readPassword(context, passwordFile, `New password of ${name}`);
  const changed = await change(context, name, { password });
  return tell(context, changed, `The account ${changed.name} has another password; its sessions ended.`);
}

export interface UserChangeOptions {
  readonly role?: Role;
  readonly area?: readonly string[];
  readonly certificate?: readonly string[];
}

export async function changeUser(context: CommandContext, options: UserChangeOptions, name: string): Promise<ExitCode> {
  const { role, area: areas, certificate: certificates } = options;
  if (!role && !areas && !certificates) {
    throw new CliError({
      exitCode: exitCodes.usage,
      code: 'NOTHING_TO_CHANGE',
      message: 'Nothing is said that is to be another.',
      remedy:
        'Name --role, --area, or --certificate THUMBPRINT (of an OPC UA user; --certificate none takes all away).',
    });
  }
  const thumbprints = certificates?.filter((one) => one.toLowerCase() !== 'none');
  const changed = await change(context, name, {
    ...(role && { role }),
    ...(areas && { areas }),
    ...(thumbprints && { certificates: thumbprints }),
  });
  const where = changed.areas.includes('**') ? '' : `, in ${changed.areas.join(' ')}`;
  const shown = changed.certificates.length > 0 ? `; certificates: ${changed.certificates.join(' ')}` : '';
  return tell(context, changed, `The account ${changed.name} is ${changed.role}${where}${shown}.`);
}

export async function enableUser(context: CommandContext, name: string, enabled: boolean): Promise<ExitCode> {
  const changed = await change(context, name, { enabled });
  const words = enabled ? 'comes in again' : 'comes in nowhere any more; its sessions ended';
  return tell(context, changed, `The account ${changed.name} ${words}.`);
}

export async function removeUser(
  context: CommandContext,
  { yes = false }: RemoveOptions,
  name: string,
): Promise<ExitCode> {
  const { client, json, terminal } = context;
  if (!yes) await mayRemove(context, name);
  const schema = 'fieldwarden/user-removed@1';
  const removed = await client.call<UserRemoved>({ method: 'DELETE', path: userPath(name), schema });
  if (json) writeJson(terminal, removed);
  else {
    terminal.write(`The account ${removed.name} was removed; ${counted(removed.sessions, 'session')} ended with it.\n`);
    tellUnkept(context, removed.notKept);
  }
  return exitCodes.done;
}

export async function removeUserTotp(context: CommandContext, name: string): Promise<ExitCode> {
  const { client } = context;
  const path = `${userPath(name)}/totp`;
  const changed = await client.call<UserAnswer>({ method: 'DELETE', path, schema: 'fieldwarden/user@1' });
  return tell(context, changed, `The account ${changed.name} signs in by its password alone.`);
}

async function change({ client }: CommandContext, name: string, body: object): Promise<UserAnswer> {
  return await client.call<UserAnswer>({ method: 'PUT', path: userPath(name), body, schema: 'fieldwarden/user@1' });
}

function userPath(name: string): string {
  return `/users/${encodeURIComponent(name)}`;
}

/** Without somebody to ask nothing is removed. */
async function mayRemove({ terminal, json }: CommandContext, name: string): Promise<void> {
  const answer = json ? undefined : await terminal.ask(`This removes the account ${name}. Go on? [y/N] `);
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return;
  throw new CliError({
    exitCode: exitCodes.failed,
    code: 'REMOVE_NOT_CONFIRMED',
    message: 'Nothing was removed.',
    remedy: 'Add --yes to remove the account; fieldwarden users disable NAME keeps it.',
  });
}

function tell(context: CommandContext, answer: UserAnswer, text: string): ExitCode {
  const { json, terminal } = context;
  if (json) writeJson(terminal, answer);
  else {
    terminal.write(`${oneLine(text)}\n`);
    tellUnkept(context, answer.notKept);
  }
  return exitCodes.done;
}

function tellUnkept({ terminal }: CommandContext, notKept: string | null): void {
  if (notKept === null) return;
  terminal.writeError(
    `The disk did not take this (${oneLine(notKept)}): it holds until a restart of the gateway. It is tried until the disk takes it.\n`,
  );
}
