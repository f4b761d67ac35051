import type { SecretAnswer, SecretList } from '@fieldwarden/admin-contract';
import { secretRequest } from '@fieldwarden/admin-contract/requests';
import { jsonBody, jsonResponse, pathParameter } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { pathText } from '../../server/request-parameters.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';

const named = pathParameter('name', 'As `${secret:NAME}` in the plant document has it.');
const audited = { action: 'secret', subject: ({ request }: HttpExchange) => pathText(request, 'name') } as const;

export const secretRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/secrets',
    permission: 'administer',
    operation: {
      operationId: 'listSecrets',
      summary: 'The secrets that the gateway keeps, encrypted: names, never values.',
      tags: ['upkeep'],
      responses: { 200: jsonResponse('By name.', 'SecretList') },
    },
    handle: ({ control }) => ok({ schema: 'fieldwarden/secrets@1', ...control.upkeep.secrets() } satisfies SecretList),
  },
  {
    method: 'put',
    path: '/secrets/:name',
    permission: 'administer',
    audited,
    operation: {
      operationId: 'setSecret',
      summary:
        'Sets or replaces a secret. What runs has the former value until the plant document is published again, changed or not, or the gateway is restarted.',
      tags: ['upkeep'],
      parameters: [named],
      requestBody: jsonBody('SecretRequest'),
      responses: { 200: jsonResponse('It is kept.', 'SecretAnswer') },
    },
    handle: setSecret,
  },
  {
    method: 'delete',
    path: '/secrets/:name',
    permission: 'administer',
    audited,
    operation: {
      operationId: 'removeSecret',
      summary: 'Removes a secret. What refers to it is Faulted when it starts next.',
      tags: ['upkeep'],
      parameters: [named],
      responses: { 200: jsonResponse('It is gone.', 'SecretAnswer') },
    },
    handle: removeSecret,
  },
];

function setSecret({ request, control, logger, correlationId }: HttpExchange): Answer {
  const name = pathText(request, 'name');
  control.upkeep.setSecret(name, readJson(request, secretRequest).value);
  logger.info(`the secret ${name} was set`, { correlationId });
  return ok({ schema: 'fieldwarden/secret@1', name, kept: true } satisfies SecretAnswer);
}

function removeSecret({ request, control, logger, correlationId }: HttpExchange): Answer {
  const name = pathText(request, 'name');
  if (!control.upkeep.removeSecret(name)) throw secretUnknown(name);
  logger.info(`the secret ${name} was removed`, { correlationId });
  return ok({ schema: 'fieldwarden/secret@1', name, kept: false } satisfies SecretAnswer);
}

function secretUnknown(name: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'SECRET_UNKNOWN',
    detail: `there is no secret ${JSON.stringify(name)}`,
    remedy: '`fieldwarden secrets list` names them (GET /api/v1/secrets).',
  });
}
