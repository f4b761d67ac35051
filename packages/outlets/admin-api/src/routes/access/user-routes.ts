import {
  accountSource,
  tokenSource,
  setupTokenName,
  badAccount,
  type Access,
  type Account,
  type Kept,
} from '@fieldwarden/accounts';
import type { UserAnswer, UserList, UserRemoved, UserRow } from '@fieldwarden/admin-contract';
import { newUserRequest, userChangeRequest } from '@fieldwarden/admin-contract/requests';
import { everywhere } from '@fieldwarden/gateway-contract';
import { jsonBody, jsonResponse, pathParameter } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { pathText } from '../../server/request-parameters.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, type Answer, type Audited, type HttpExchange, type Route } from '../../server/route.js';
import { accountAsked, accountNow } from './audited-account.js';
import { chosenPassword } from './chosen-password.js';
import { nameInBody } from './name-in-body.js';

const nameParameter = pathParameter('name', 'Name of the account.');
const audited: Audited = {
  action: 'user',
  subject: ({ request }) => pathText(request, 'name'),
  before: accountNow,
};

export const userRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/users',
    permission: 'users',
    operation: {
      operationId: 'listUsers',
      summary: 'The accounts of this gateway.',
      tags: ['access'],
      responses: { 200: jsonResponse('In order of names.', 'UserList') },
    },
    handle: listUsers,
  },
  {
    method: 'post',
    path: '/users',
    permission: 'users',
    forSetup: true,
    audited: { action: 'user', subject: ({ request }) => nameInBody(request.body), after: accountAsked },
    operation: {
      operationId: 'createUser',
      summary: 'Makes an account. Who came in by the set-up token makes the first admin, and the token is used up.',
      tags: ['access'],
      requestBody: jsonBody('NewUserRequest'),
      responses: { 200: jsonResponse('Made.', 'User') },
    },
    handle: createUser,
  },
  {
    method: 'put',
    path: '/users/:name',
    permission: 'users',
    audited: { ...audited, after: accountAsked },
    operation: {
      operationId: 'changeUser',
      summary: 'Changes an account: at once, for sessions that are open, too.',
      tags: ['access'],
      parameters: [nameParameter],
      requestBody: jsonBody('UserChangeRequest'),
      responses: { 200: jsonResponse('Changed.', 'User') },
    },
    handle: changeUser,
  },
  {
    method: 'delete',
    path: '/users/:name',
    permission: 'users',
    audited: { ...audited, after: () => 'removed' },
    operation: {
      operationId: 'removeUser',
      summary: 'Removes an account and ends its sessions.',
      tags: ['access'],
      parameters: [nameParameter],
      responses: { 200: jsonResponse('Removed.', 'UserRemoved') },
    },
    handle: removeUser,
  },
  {
    method: 'delete',
    path: '/users/:name/totp',
    permission: 'users',
    audited: { ...audited, after: () => 'second factor removed' },
    operation: {
      operationId: 'removeUserTotp',
      summary: 'Takes the second factor of an account away, for who has lost it.',
      tags: ['access'],
      parameters: [nameParameter],
      responses: { 200: jsonResponse('From now on the password is enough.', 'User') },
    },
    handle: removeUserTotp,
  },
];

async function listUsers({ credentials: { access } }: HttpExchange): Promise<Answer> {
  const accounts = [...(await access.accounts.list())].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return ok({
    schema: 'fieldwarden/users@1',
    users: accounts.map((account) => rowOf(account, access)),
  } satisfies UserList);
}

async function createUser({
  request,
  requester,
  credentials: { access },
  logger,
  correlationId,
}: HttpExchange): Promise<Answer> {
  const { name, password, role, areas = everywhere } = readJson(request, newUserRequest);
  const asFirstAdmin = requester.principal.proof === 'setup';
  if (asFirstAdmin && role !== 'admin')
    throw badAccount('FIRST_IS_ADMIN', 'the first account is that of an admin, who makes the others');
  const hash = await chosenPassword(access, password, name, requester.from);
  const account = await access.accounts.create({ name, role, areas, password: hash }, { asFirstAdmin });
  logger.info(`account ${name} was made, role ${role}`, { correlationId });
  if (role === 'admin') await useUpSetup(access);
  return ok(answerOf(account, access, { kept: true }));
}

/** From now on there is somebody who may do that. */
async function useUpSetup(access: Access): Promise<void> {
  await access.tokens.useUpSetup();
  await access.sessions.endOf({ source: tokenSource, name: setupTokenName });
  access.changed();
}

async function changeUser({
  request,
  requester,
  credentials: { access },
  logger,
  correlationId,
}: HttpExchange): Promise<Answer> {
  const name = pathText(request, 'name');
  const { password, ...change } = readJson(request, userChangeRequest);
  const known = await knownAccount(access, name);
  const hash = password === undefined ? undefined : await chosenPassword(access, password, known.name, requester.from);
  const kept = await access.accounts.change(known.name, { ...change, password: hash });
  if (!kept) throw userUnknown(name);
  if (hash !== undefined) {
    const own = requester.session?.source === accountSource && requester.session.name === known.name;
    await access.sessions.endOf({ source: accountSource, name: known.name }, own ? requester.session.id : undefined);
    access.changed();
  }
  if (change.role === 'admin') await useUpSetup(access);
  logger.info(`account ${known.name} was changed: ${changedFields({ ...change, password })}`, { correlationId });
  return ok(answerOf(await knownAccount(access, known.name), access, kept));
}

async function removeUser({ request, credentials: { access }, logger, correlationId }: HttpExchange): Promise<Answer> {
  const { name } = await knownAccount(access, pathText(request, 'name'));
  const sessions = access.sessions.countOf({ source: accountSource, name });
  const kept = await access.accounts.remove(name);
  if (!kept) throw userUnknown(name);
  logger.info(`account ${name} was removed; ${sessions} console sessions ended with it`, { correlationId });
  return ok({ schema: 'fieldwarden/user-removed@1', name, sessions, notKept: reasonOf(kept) } satisfies UserRemoved);
}

async function removeUserTotp({ request, credentials: { access } }: HttpExchange): Promise<Answer> {
  const { name } = await knownAccount(access, pathText(request, 'name'));
  const kept = await access.accounts.change(name, { totp: null });
  if (!kept) throw userUnknown(name);
  return ok(answerOf(await knownAccount(access, name), access, kept));
}

async function knownAccount(access: Access, name: string): Promise<Account> {
  await access.accounts.list(); // throws where they are damaged
  const account = access.accounts.find(name);
  if (!account) throw userUnknown(name);
  return account;
}

function answerOf(account: Account, access: Access, kept: Kept): UserAnswer {
  return { schema: 'fieldwarden/user@1', ...rowOf(account, access), notKept: reasonOf(kept) };
}

function rowOf(account: Account, access: Access): UserRow {
  const { name, role, areas, enabled, createdAt, lastSignInAt, totp, certificates } = account;
  return {
    name,
    role,
    areas,
    source: 'local',
    enabled,
    createdAt,
    lastSignInAt,
    totp: totp !== null,
    certificates,
    sessions: access.sessions.countOf({ source: accountSource, name }),
  };
}

function reasonOf(kept: Kept): string | null {
  return kept.kept ? null : kept.reason;
}

function changedFields(change: object): string {
  const names = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return names.join(', ') || 'nothing';
}

function userUnknown(name: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'USER_UNKNOWN',
    detail: `no account has the name ${JSON.stringify(name)}`,
    remedy: '`fieldwarden users list` names them (GET /api/v1/users).',
  });
}
