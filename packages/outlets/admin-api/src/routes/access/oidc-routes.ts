import type { SignInProvider } from '@fieldwarden/accounts';
import { isGatewayError, messageOf } from '@fieldwarden/core';
import type { Request } from 'express';
import { addressOf } from '../../access/requester.js';
import { isSecure } from '../../access/session-cookie.js';
import { apiBase } from '../../openapi/document.js';
import { RequestRefused } from '../../server/request-refused.js';
import { streaming, type HttpExchange, type Route } from '../../server/route.js';

const callbackPath = '/session/oidc/callback';

/** As long as the provider's side waits. */
const begunMs = 600_000;

/**
 * The way over a provider of OpenID Connect: a browser goes to `start`, is sent there, and comes back to `callback`. Both answer with where to
 * go: the console shows what became of it.
 */
export const oidcRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/session/oidc/start',
    permission: 'anyone',
    operation: {
      operationId: 'beginOidcSignIn',
      summary: 'Sends a browser to the OpenID Connect provider of the plant. For links, not for programs.',
      tags: ['access'],
      responses: { 303: { description: 'To the provider; or to the console, where the provider is away.' } },
    },
    handle: start,
  },
  {
    method: 'get',
    path: callbackPath,
    permission: 'anyone',
    operation: {
      operationId: 'endOidcSignIn',
      summary: 'Where the provider sends the browser back: opens a session.',
      tags: ['access'],
      responses: { 303: { description: 'To the console: signed in, or with the reason why not.' } },
    },
    handle: callback,
  },
];

async function start(exchange: HttpExchange): Promise<typeof streaming> {
  const { request, response, credentials } = exchange;
  const provider = configured(credentials.access.oidc);
  credentials.limits.countBegun(request);
  try {
    const { url, secret } = await provider.begin(`${originOf(request)}${apiBase}${callbackPath}`);
    credentials.begunCookie.set(request, response, secret, begunMs);
    response.redirect(303, url);
  } catch (error) {
    refuse(exchange, error, 'nobody');
  }
  return streaming;
}

async function callback(exchange: HttpExchange): Promise<typeof streaming> {
  const { request, response, credentials, logger, audit, correlationId } = exchange;
  const { access, cookie, begunCookie, limits } = credentials;
  const provider = configured(access.oidc);
  const secret = begunCookie.idOf(request);
  begunCookie.set(request, response, '', 0);
  let name = 'nobody';
  try {
    const query = new URL(request.originalUrl, 'http://localhost').search;
    const { principal, endsAtMs } = await provider.finish(secret ?? '', query);
    ({ name } = principal);
    if (access.accounts.find(name)) throw nameTaken(name);
    const holder = { source: 'oidc', name, principal, ...(endsAtMs !== null && { endsAtMs }) };
    limits.countSession(holder);
    const before = cookie.idOf(request);
    if (before !== undefined) await access.sessions.end(before);
    const id = await access.sessions.create(holder, addressOf(request));
    cookie.set(request, response, id, access.sessions.longestMs);
    logger.info(`${name} signed in at the console by the provider`, { correlationId, address: addressOf(request) });
    audit.record({ ...row(exchange), user: name, subject: name, outcome: 'done' });
    response.redirect(303, '/');
  } catch (error) {
    refuse(exchange, error, name);
  }
  return streaming;
}

/** Back to the console, which says so: `#signInRefused=<code>`. What is no answer of a provider is a failure like any other. */
function refuse(exchange: HttpExchange, error: unknown, user: string): void {
  const isRefused = error instanceof RequestRefused;
  if (!isRefused && !(isGatewayError(error) && error.kind !== 'bug')) throw error;
  const reason = isRefused ? error.refusal.detail : messageOf(error);
  const code = isRefused ? error.refusal.code : error.code;
  const { audit, logger, correlationId, request, response } = exchange;
  logger.warn(`sign-in by the provider refused: ${reason}`, { correlationId, address: addressOf(request) });
  audit.record({ ...row(exchange), user, subject: user, outcome: 'refused', reason });
  response.redirect(303, `/#signInRefused=${code}`);
}

function row({ request, correlationId }: HttpExchange) {
  return { via: 'console', action: 'sign-in', after: { from: addressOf(request), by: 'oidc' }, correlationId } as const;
}

/** As the browser calls this gateway: the name was looked at before. */
function originOf(request: Request): string {
  return `${isSecure(request) ? 'https' : 'http'}://${request.get('Host') ?? ''}`;
}

function configured(provider: SignInProvider | null): SignInProvider {
  if (provider) return provider;
  throw new RequestRefused({
    status: 404,
    code: 'OIDC_NOT_CONFIGURED',
    detail: 'this plant names no provider of OpenID Connect',
    remedy: 'Sign in by name and password. An engineer may name one under access.oidc of the plant document.',
  });
}

/** One name is one person, also in the audit. */
function nameTaken(name: string): RequestRefused {
  return new RequestRefused({
    status: 403,
    code: 'OIDC_NAME_TAKEN',
    detail: `the name ${name} belongs to a local account of this gateway`,
  });
}
