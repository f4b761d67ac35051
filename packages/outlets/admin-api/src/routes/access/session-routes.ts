import type { SessionAnswer } from '@fieldwarden/admin-contract';
import { sessionRequest } from '@fieldwarden/admin-contract/requests';
import { refuseForgery } from '../../access/admit.js';
import { doorShut, sessionHolder } from '../../access/authentication.js';
import type { Requester } from '../../access/requester.js';
import type { TokenEntry } from '../../access/token-book.js';
import { jsonBody, jsonResponse } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';

export const sessionRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/session',
    permission: 'anyone',
    operation: {
      operationId: 'getSession',
      summary: 'Who asks, and what a page must send with its changes.',
      tags: ['access'],
      responses: { 200: jsonResponse('Nobody known is `authenticated: false`.', 'Session') },
    },
    handle: ({ caller }) => ok(sessionAnswer('requester' in caller ? caller.requester : undefined)),
  },
  {
    method: 'post',
    path: '/session',
    permission: 'anyone',
    operation: {
      operationId: 'signIn',
      summary:
        'Opens a session: the answer sets the cookie `fieldwarden_session_<site>_<port>`. The set-up token is used up by it.',
      tags: ['access'],
      requestBody: jsonBody('SessionRequest'),
      responses: { 200: jsonResponse('Signed in.', 'Session') },
    },
    handle: signIn,
  },
  {
    method: 'delete',
    path: '/session',
    permission: 'anyone',
    operation: {
      operationId: 'signOut',
      summary: 'Ends the session and takes the cookie away.',
      tags: ['access'],
      responses: { 200: jsonResponse('Signed out.', 'Session') },
    },
    handle: signOut,
  },
];

async function signIn(exchange: HttpExchange): Promise<Answer> {
  const { request, response, credentials, logger, correlationId } = exchange;
  const { tokens, sessions, limits, cookie } = credentials;
  if (tokens.trouble) throw doorShut();
  const { token } = readJson(request, sessionRequest);
  const known = tokens.verify(token);
  if (known !== undefined) limits.countSession(known);
  const entry = await tokens.redeem(token);
  if (entry === undefined || entry.usedAt !== null) {
    limits.countAttempt(request);
    logger.warn(`sign-in with ${entry ? 'the used set-up token' : 'an unknown token'} refused`, {
      correlationId,
      address: request.socket.remoteAddress,
    });
    throw tokenRefused(entry);
  }
  const before = cookie.idOf(request);
  if (before !== undefined) await sessions.end(before);
  const id = await sessions.create(entry.name);
  const requester = sessionHolder(id, sessions)!;
  cookie.set(request, response, id, sessions.longestMs);
  logger.info(`${entry.name} signed in at the console`, { correlationId, address: request.socket.remoteAddress });
  return ok(sessionAnswer(requester));
}

async function signOut({ caller, request, response, credentials }: HttpExchange): Promise<Answer> {
  const id = credentials.cookie.idOf(request);
  if ('requester' in caller && caller.requester.via === 'session') {
    refuseForgery(request, caller.requester);
    await credentials.sessions.end(id!);
  }
  if (id !== undefined) credentials.cookie.set(request, response, '', 0);
  return ok(sessionAnswer(undefined));
}

function sessionAnswer(requester: Requester | undefined): SessionAnswer {
  const { csrfToken = null, expiresAtMs = null } = requester ?? {};
  return {
    schema: 'fieldwarden/session@1',
    authenticated: requester !== undefined,
    name: requester?.principal.name ?? null,
    csrfToken,
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
  };
}

const anotherToken = 'On the machine of the gateway, fieldwarden tokens create NAME makes a token.';

function tokenRefused(entry: TokenEntry | undefined): RequestRefused {
  if (entry)
    return new RequestRefused({
      status: 401,
      code: 'SETUP_TOKEN_USED',
      detail: `the set-up token opened its one session at ${entry.usedAt}`,
      remedy: anotherToken,
    });
  return new RequestRefused({
    status: 401,
    code: 'TOKEN_REFUSED',
    detail: 'the token is not known to this gateway',
    remedy: `The gateway printed a set-up token at its very first start. ${anotherToken}`,
  });
}
