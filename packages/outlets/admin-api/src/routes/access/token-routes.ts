import type { TokenCreated, TokenList, TokenRevoked } from '@fieldwarden/admin-contract';
import { tokenRequest } from '@fieldwarden/admin-contract/requests';
import { jsonBody, jsonResponse, pathParameter } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { pathText } from '../../server/request-parameters.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';

/** A token is all of the gateway: nobody who came in with one, or with a page, makes himself another. */
const socketOnly = 'Run fieldwarden tokens on the machine of the gateway, as the user who started it.';

export const tokenRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/tokens',
    permission: 'users',
    socketOnly,
    operation: {
      operationId: 'listTokens',
      summary: 'The tokens that open this API on TCP. Only over the local socket.',
      tags: ['access'],
      responses: { 200: jsonResponse('In order of creation.', 'TokenList') },
    },
    handle: listTokens,
  },
  {
    method: 'post',
    path: '/tokens',
    permission: 'users',
    socketOnly,
    operation: {
      operationId: 'createToken',
      summary: 'Makes a token. Only over the local socket.',
      tags: ['access'],
      requestBody: jsonBody('TokenRequest'),
      responses: { 200: jsonResponse('The only time that it is shown.', 'TokenCreated') },
    },
    handle: createToken,
  },
  {
    method: 'delete',
    path: '/tokens/:name',
    permission: 'users',
    socketOnly,
    operation: {
      operationId: 'revokeToken',
      summary: 'Revokes a token, and ends the console sessions that it opened. Only over the local socket.',
      tags: ['access'],
      parameters: [pathParameter('name', 'Name of the token.')],
      responses: { 200: jsonResponse('Revoked.', 'TokenRevoked') },
    },
    handle: revokeToken,
  },
];

async function listTokens({ credentials: { tokens, sessions } }: HttpExchange): Promise<Answer> {
  const entries = await tokens.list();
  return ok({
    schema: 'fieldwarden/tokens@1',
    tokens: entries.map((entry) => ({ ...entry, sessions: sessions.countOf(entry.name) })),
  } satisfies TokenList);
}

async function createToken({ request, credentials: { tokens }, logger, correlationId }: HttpExchange): Promise<Answer> {
  const { name } = readJson(request, tokenRequest);
  const token = await tokens.create(name);
  const { createdAt } = (await tokens.list()).find((entry) => entry.name === name)!;
  logger.info(`token ${name} was made`, { correlationId });
  return ok({ schema: 'fieldwarden/token@1', name, token, createdAt } satisfies TokenCreated);
}

async function revokeToken({ request, credentials, logger, correlationId }: HttpExchange): Promise<Answer> {
  const name = pathText(request, 'name');
  const revoked = await credentials.tokens.revoke(name);
  if (!revoked) throw tokenUnknown(name);
  const notKept = revoked.kept ? null : revoked.reason;
  const sessions = await credentials.sessions.endOf(name);
  logger.info(`token ${name} was revoked; ${sessions} console sessions ended with it`, { correlationId });
  if (notKept !== null)
    logger.error(`that token ${name} was revoked could not be written and holds until a restart; it is tried again`, {
      correlationId,
      error: notKept,
    });
  return ok({ schema: 'fieldwarden/token-revoked@1', name, sessions, notKept } satisfies TokenRevoked);
}

function tokenUnknown(name: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'TOKEN_UNKNOWN',
    detail: `no token has the name ${JSON.stringify(name)}`,
    remedy: '`fieldwarden tokens list` names them (GET /api/v1/tokens).',
  });
}
