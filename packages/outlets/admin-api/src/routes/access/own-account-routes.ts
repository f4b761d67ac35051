import { accountSource, totpUri, type Account } from '@fieldwarden/accounts';
import type { TotpOffer } from '@fieldwarden/admin-contract';
import { ownPasswordRequest, totpConfirmation, totpRemoval } from '@fieldwarden/admin-contract/requests';
import { isGatewayError } from '@fieldwarden/core';
import { originOf } from '../../access/requester.js';
import { jsonBody, jsonResponse } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, type Answer, type Audited, type HttpExchange, type Route } from '../../server/route.js';
import { chosenPassword } from './chosen-password.js';
import { sessionAnswer } from './session-answer.js';

const audited: Audited = { action: 'user', subject: ({ requester }) => requester.principal.name };

/** What somebody who came in by a password does with the own account; whoever looks may. */
export const ownAccountRoutes: readonly Route[] = [
  {
    method: 'put',
    path: '/session/password',
    permission: 'view',
    audited: { ...audited, after: () => 'password set' },
    operation: {
      operationId: 'changeOwnPassword',
      summary: 'Another password for the account of this session; its other sessions end.',
      tags: ['access'],
      requestBody: jsonBody('OwnPasswordRequest'),
      responses: { 200: jsonResponse('Changed.', 'Session') },
    },
    handle: changePassword,
  },
  {
    method: 'post',
    path: '/session/totp',
    permission: 'view',
    audited: { ...audited, after: () => 'second factor offered' },
    operation: {
      operationId: 'offerTotp',
      summary: 'A secret for a second factor. It counts once a code of it was sent back, within 10 minutes.',
      tags: ['access'],
      responses: { 200: jsonResponse('The only time that it is shown.', 'TotpOffer') },
    },
    handle: offerTotp,
  },
  {
    method: 'put',
    path: '/session/totp',
    permission: 'view',
    audited: { ...audited, after: () => 'second factor confirmed' },
    operation: {
      operationId: 'confirmTotp',
      summary: 'Takes up the second factor that was offered.',
      tags: ['access'],
      requestBody: jsonBody('TotpConfirmation'),
      responses: { 200: jsonResponse('From now on signing in takes a code.', 'Session') },
    },
    handle: confirmTotp,
  },
  {
    method: 'delete',
    path: '/session/totp',
    permission: 'view',
    audited: { ...audited, after: () => 'second factor removed' },
    operation: {
      operationId: 'removeTotp',
      summary: 'Takes the second factor away.',
      tags: ['access'],
      requestBody: jsonBody('TotpRemoval'),
      responses: { 200: jsonResponse('From now on the password is enough.', 'Session') },
    },
    handle: removeTotp,
  },
];

async function changePassword(exchange: HttpExchange): Promise<Answer> {
  const {
    request,
    requester,
    credentials: { access },
  } = exchange;
  const account = ownAccount(exchange);
  const { password, newPassword } = readJson(request, ownPasswordRequest);
  await confirmPassword(exchange, account, password);
  const hash = await chosenPassword(access, newPassword, account.name, requester.from);
  await access.accounts.change(account.name, { password: hash });
  await access.sessions.endOf({ source: accountSource, name: account.name }, requester.session?.id);
  access.changed();
  return ok(sessionAnswer(requester, access));
}

function offerTotp(exchange: HttpExchange): Answer {
  const {
    credentials: { access, site },
  } = exchange;
  const account = ownAccount(exchange);
  if (account.totp) throw hasTotp();
  const secret = access.totpOffers.make(account.name);
  const uri = totpUri({ issuer: `Fieldwarden ${site}`, name: account.name, secret });
  return ok({ schema: 'fieldwarden/totp@1', secret, uri } satisfies TotpOffer);
}

async function confirmTotp(exchange: HttpExchange): Promise<Answer> {
  const {
    request,
    requester,
    credentials: { access },
  } = exchange;
  const account = ownAccount(exchange);
  const { code } = readJson(request, totpConfirmation);
  const totp = access.totpOffers.confirm(account.name, code);
  if (totp === 'none') throw noOffer();
  if (totp === 'wrong') throw codeWrong();
  await access.accounts.change(account.name, { totp });
  return ok(sessionAnswer(requester, access));
}

async function removeTotp(exchange: HttpExchange): Promise<Answer> {
  const {
    request,
    requester,
    credentials: { access },
  } = exchange;
  const account = ownAccount(exchange);
  const { password } = readJson(request, totpRemoval);
  await confirmPassword(exchange, account, password);
  await access.accounts.change(account.name, { totp: null });
  return ok(sessionAnswer(requester, access));
}

/** The local account of this session. Refused with 409 for whoever has none. */
function ownAccount({ requester: { session }, credentials: { access } }: HttpExchange): Account {
  const account = session?.source === accountSource ? access.accounts.find(session.name) : undefined;
  if (account) return account;
  throw new RequestRefused({
    status: 409,
    code: 'NO_OWN_ACCOUNT',
    detail: 'whoever asks did not sign in with the password of an account of this gateway',
    remedy: 'Sign in at the console with name and password. Passwords of a directory are changed there.',
  });
}

/** 403, not 401: the session stands. */
async function confirmPassword(exchange: HttpExchange, account: Account, password: string): Promise<void> {
  const {
    requester,
    credentials: { access },
    correlationId,
  } = exchange;
  const { via } = originOf(exchange);
  try {
    await access.desk.confirm({ user: account.name, password, from: requester.from, via, correlationId });
  } catch (error) {
    if (!isGatewayError(error) || error.code !== 'SIGN_IN_REFUSED') throw error;
    throw new RequestRefused({ status: 403, code: 'PASSWORD_WRONG', detail: 'the present password is another one' });
  }
}

function hasTotp(): RequestRefused {
  return new RequestRefused({
    status: 409,
    code: 'TOTP_ACTIVE',
    detail: 'this account has a second factor already',
    remedy: 'Take it away first (DELETE /api/v1/session/totp).',
  });
}

function noOffer(): RequestRefused {
  return new RequestRefused({
    status: 409,
    code: 'TOTP_NOT_OFFERED',
    detail: 'no second factor was offered in the last 10 minutes',
    remedy: 'Ask for one first (POST /api/v1/session/totp).',
  });
}

function codeWrong(): RequestRefused {
  return new RequestRefused({
    status: 403,
    code: 'TOTP_WRONG',
    detail: 'the code does not belong to the secret that was offered',
    remedy: 'Wait for the next code. If none is taken, the clock of the phone or of the gateway is wrong.',
  });
}
