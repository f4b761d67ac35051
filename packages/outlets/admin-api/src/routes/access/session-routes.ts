import { tokenSource, type SessionHolder, type TokenEntry } from '@fieldwarden/accounts';
import { sessionRequest } from '@fieldwarden/admin-contract/requests';
import { refuseForgery } from '../../access/admit.js';
import { sessionHolder, tokensDamaged } from '../../access/authentication.js';
import { addressOf } from '../../access/requester.js';
import { jsonBody, jsonResponse } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';
import { sessionAnswer } from './session-answer.js';

export const sessionRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/session',
    permission: 'anyone',
    operation: {
      operationId: 'getSession',
      summary: 'Who asks, what they may do, and what a page must send with its changes.',
      tags: ['access'],
      responses: { 200: jsonResponse('Nobody known is `authenticated: false`.', 'Session') },
    },
    handle: ({ caller, credentials: { access } }) =>
      ok(sessionAnswer('requester' in caller ? caller.requester : undefined, access)),
  },
  {
    method: 'post',
    path: '/session',
    permission: 'anyone',
    operation: {
      operationId: 'signIn',
      summary:
        'Opens a session, by name and password or by a token: the answer sets the cookie `fieldwarden_session_<site>_<port>`. 401 `TOTP_REQUIRED`: ' +
        'the password was right, the code of the second factor is wanted, too. 429 with Retry-After: wrong passwords came before.',
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
  const { access, cookie } = credentials;
  const { user, password, totp, token } = readJson(request, sessionRequest);
  const holder = token === undefined ? await byPassword(exchange, user!, password!, totp) : byToken(exchange, token);
  const before = cookie.idOf(request);
  if (before !== undefined) await access.sessions.end(before);
  const id = await access.sessions.create(holder, addressOf(request));
  const requester = sessionHolder(id, request, access);
  if (!requester) throw endedMeanwhile();
  cookie.set(request, response, id, access.sessions.longestMs);
  logger.info(`${holder.name} signed in at the console`, { correlationId, address: addressOf(request) });
  return ok(sessionAnswer(requester, access));
}

async function byPassword(
  { request, credentials: { access, limits }, correlationId }: HttpExchange,
  user: string,
  password: string,
  totp: string | undefined,
): Promise<SessionHolder> {
  if (access.accounts.trouble) throw access.accounts.trouble;
  const from = addressOf(request);
  const principal = await access.desk.signIn({ user, password, totp, from, via: 'console', correlationId });
  const { name, proof } = principal;
  const holder = proof === 'password' ? access.accountHolder(name) : { source: proof, name, principal };
  limits.countSession(holder);
  return holder;
}

function byToken(exchange: HttpExchange, token: string): SessionHolder {
  const { request, credentials, logger, correlationId, audit } = exchange;
  const { tokens } = credentials.access;
  if (tokens.trouble) throw tokensDamaged();
  const principal = tokens.verify(token);
  const from = addressOf(request);
  const row = { via: 'console', action: 'sign-in', after: { from }, correlationId } as const;
  if (principal) {
    const holder = { source: tokenSource, name: principal.name };
    credentials.limits.countSession(holder);
    audit.record({ ...row, user: principal.name, subject: principal.name, outcome: 'done' });
    return holder;
  }
  credentials.limits.countAttempt(request);
  const entry = tokens.known(token);
  const what = entry ? `the token ${entry.name}, which opens nothing any more` : 'an unknown token';
  logger.warn(`sign-in with ${what} refused`, { correlationId, address: from });
  audit.record({
    ...row,
    user: entry?.name ?? 'nobody',
    subject: entry?.name ?? 'token',
    outcome: 'refused',
    reason: what,
  });
  throw tokenRefused(entry);
}

async function signOut({
  caller,
  request,
  response,
  credentials,
  audit,
  correlationId,
}: HttpExchange): Promise<Answer> {
  const { access, cookie } = credentials;
  const id = cookie.idOf(request);
  if ('requester' in caller && caller.requester.session !== null) {
    refuseForgery(request, caller.requester);
    await access.sessions.end(id!);
    access.changed();
    const { name } = caller.requester.principal;
    audit.record({ user: name, via: 'console', action: 'sign-out', subject: name, outcome: 'done', correlationId });
  }
  if (id !== undefined) cookie.set(request, response, '', 0);
  return ok(sessionAnswer(undefined, access));
}

const anotherWay =
  'On the machine of the gateway, fieldwarden users add NAME --role admin makes an account, fieldwarden tokens create NAME --role ROLE a token.';

function tokenRefused(entry: TokenEntry | undefined): RequestRefused {
  if (entry && entry.usedAt !== null)
    return new RequestRefused({
      status: 401,
      code: 'SETUP_TOKEN_USED',
      detail: `the set-up token was used up when the first admin was made, at ${entry.usedAt}`,
      remedy: `Sign in as that admin. ${anotherWay}`,
    });
  return new RequestRefused({
    status: 401,
    code: 'TOKEN_REFUSED',
    detail: entry ? `the token ${entry.name} has expired` : 'the token is not known to this gateway',
    remedy: `The gateway printed a set-up token at its very first start. ${anotherWay}`,
  });
}

/** Disabled, removed or revoked while the password was looked at. */
function endedMeanwhile(): RequestRefused {
  return new RequestRefused({ status: 401, code: 'SIGN_IN_REFUSED', detail: 'this account may not come in any more' });
}
