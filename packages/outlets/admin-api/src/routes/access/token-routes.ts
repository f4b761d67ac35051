import { tokenSource } from '@fieldwarden/accounts';
import type { TokenCreated, TokenList, TokenRevoked } from '@fieldwarden/admin-contract';
import { tokenRequest } from '@fieldwarden/admin-contract/requests';
import { jsonBody, jsonResponse, pathParameter } from '../../openapi/operation.js';
import { bodyField } from '../../server/audited-requests.js';
import { readJson } from '../../server/read-json.js';
import { pathText } from '../../server/request-parameters.js';
import { RequestRefused } from '../../server/request-refused.js';
import { nameInBody } from './name-in-body.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';

export const tokenRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/tokens',
    permission: 'users',
    operation: {
      operationId: 'listTokens',
      summary: 'The tokens that open this API on TCP.',
      tags: ['access'],
      responses: { 200: jsonResponse('In order of creation.', 'TokenList') },
    },
    handle: listTokens,
  },
  {
    method: 'post',
    path: '/tokens',
    permission: 'users',
    audited: {
      action: 'token',
      subject: ({ request }) => nameInBody(request.body),
      after: (exchange) => ({
        role: bodyField(exchange, 'role'),
        areas: bodyField(exchange, 'areas'),
        expiresAt: bodyField(exchange, 'expiresAt'),
      }),
    },
    operation: {
      operationId: 'createToken',
      summary: 'Makes a token.',
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
    audited: { action: 'token', subject: ({ request }) => pathText(request, 'name'), after: () => 'revoked' },
    operation: {
      operationId: 'revokeToken',
      summary: 'Revokes a token, and ends the console sessions that it opened.',
      tags: ['access'],
      parameters: [pathParameter('name', 'Name of the token.')],
      responses: { 200: jsonResponse('Revoked.', 'TokenRevoked') },
    },
    handle: revokeToken,
  },
];

async function listTokens({
  credentials: {
    access: { tokens, sessions },
  },
}: HttpExchange): Promise<Answer> {
  const entries = await tokens.list();
  return ok({
    schema: 'fieldwarden/tokens@1',
    tokens: entries.map((entry) => ({
      ...entry,
      sessions: sessions.countOf({ source: tokenSource, name: entry.name }),
    })),
  } satisfies TokenList);
}

async function createToken({
  request,
  credentials: {
    access: { tokens },
  },
  logger,
  correlationId,
}: HttpExchange): Promise<Answer> {
  const asked = readJson(request, tokenRequest);
  const token = await tokens.create(asked);
  const { name, createdAt, role, areas, expiresAt } = tokens.known(token)!;
  logger.info(`token ${name} was made, role ${role}`, { correlationId });
  return ok({ schema: 'fieldwarden/token@1', name, token, createdAt, role, areas, expiresAt } satisfies TokenCreated);
}

async function revokeToken({ request, credentials, logger, correlationId }: HttpExchange): Promise<Answer> {
  const name = pathText(request, 'name');
  const { access } = credentials;
  const revoked = await access.tokens.revoke(name);
  if (!revoked) throw tokenUnknown(name);
  const notKept = revoked.kept ? null : revoked.reason;
  const sessions = await access.sessions.endOf({ source: tokenSource, name });
  access.changed();
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
