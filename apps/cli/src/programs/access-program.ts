import { roles } from '@fieldwarden/gateway-contract';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { endSession, listSessions } from '../commands/access/sessions.js';
import { createToken, listTokens, revokeToken, type Expiry, type TokenOptions } from '../commands/access/tokens.js';
import {
  addUser,
  changeUser,
  enableUser,
  listUsers,
  removeUser,
  removeUserTotp,
  setUserPassword,
  type NewUserOptions,
  type PasswordOptions,
  type RemoveOptions,
  type UserChangeOptions,
} from '../commands/access/users.js';
import type { Run } from '../command-run.js';

/** `users …`: accounts of people. */
export function addUserCommands(users: Command, run: Run): void {
  users.command('list').description('the accounts there are').action(run(listUsers));
  users
    .command('add <name>')
    .description('make an account; the password is asked for, or read from standard input')
    .addOption(roleOption('what the account may do').makeOptionMandatory())
    .addOption(areaOption())
    .addOption(passwordFileOption())
    .action(run((context, options: NewUserOptions, name: string) => addUser(context, options, name)));
  users
    .command('passwd <user>')
    .description('give an account another password; its sessions end')
    .addOption(passwordFileOption())
    .action(run((context, options: PasswordOptions, name: string) => setUserPassword(context, options, name)));
  users
    .command('change <user>')
    .description('give an account another role, other areas, or the certificates by which it comes in at OPC UA')
    .addOption(roleOption('what the account may do'))
    .addOption(areaOption())
    .option(
      '--certificate <thumbprint...>',
      'SHA-1 of a user certificate, all that the account is to have; none: no more',
    )
    .action(run((context, options: UserChangeOptions, name: string) => changeUser(context, options, name)));
  users
    .command('disable <user>')
    .description('let an account in nowhere; its sessions end')
    .action(run((context, _options, name: string) => enableUser(context, name, false)));
  users
    .command('enable <user>')
    .description('let an account in again')
    .action(run((context, _options, name: string) => enableUser(context, name, true)));
  users
    .command('remove <user>')
    .description('remove an account')
    .option('--yes', 'without asking')
    .action(run((context, options: RemoveOptions, name: string) => removeUser(context, options, name)));
  users
    .command('totp-off <user>')
    .description('take the second factor of an account away, for who has lost it')
    .action(run((context, _options, name: string) => removeUserTotp(context, name)));
}

/** `tokens …`: what opens the console and the Admin API to programs. */
export function addTokenCommands(tokens: Command, run: Run): void {
  tokens
    .command('create <name>')
    .description('make a token, for the console or for programs; it is shown once')
    .addOption(roleOption('what the token may do (default: viewer)'))
    .addOption(areaOption())
    .addOption(new Option('--expires <time>', 'when it ends: 90d, 12h, or a date (default: never)').argParser(expiry))
    .action(run((context, options: TokenOptions, name: string) => createToken(context, options, name)));
  tokens.command('list').description('the tokens there are').action(run(listTokens));
  tokens
    .command('revoke <token>')
    .description('revoke a token, and end the console sessions that it opened')
    .action(run((context, _options, name: string) => revokeToken(context, name)));
}

/** `sessions …`: who is signed in at the console. */
export function addSessionCommands(sessions: Command, run: Run): void {
  sessions
    .command('list', { isDefault: true })
    .description('the console sessions that are open')
    .action(run(listSessions));
  sessions
    .command('end <id>')
    .description('end a session')
    .action(run((context, _options, id: string) => endSession(context, id)));
}

function roleOption(description: string): Option {
  return new Option('--role <role>', description).choices(roles);
}

function areaOption(): Option {
  const description = 'where tags may be written and alarms acknowledged, as packaging/**; several, or repeated';
  return new Option('--area <area...>', description);
}

function passwordFileOption(): Option {
  return new Option('--password-file <file>', 'has the password in its first line');
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

function expiry(text: string): Expiry {
  const [, number, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (unit !== undefined && Number(number) > 0) return { inMs: Number(number) * unitMs[unit] };
  const isTime = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isTime) return { at: new Date(text).toISOString() };
  throw new InvalidArgumentError('It is a time from now, such as 90d, 12h or 4w, or a date such as 2030-01-31.');
}
