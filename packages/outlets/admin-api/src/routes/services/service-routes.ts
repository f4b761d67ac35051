import type { OperationAnswer, ServiceAnswer, ServiceList, ServiceRequestAnswer } from '@fieldwarden/admin-contract';
import { serviceRequest } from '@fieldwarden/admin-contract/requests';
import { messageOf } from '@fieldwarden/core';
import { originOf } from '../../access/requester.js';
import { jsonBody, jsonResponse, pathParameter, queryParameter } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { flag, pathText } from '../../server/request-parameters.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';
import { namedService, serviceId } from './named-service.js';

export const serviceRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/services',
    permission: 'view',
    operation: {
      operationId: 'listServices',
      summary: 'All that is not a driver: servers, outlets, history, in the order of the plant document.',
      tags: ['services'],
      responses: { 200: jsonResponse('The services.', 'ServiceList') },
    },
    handle: ({ control }) =>
      ok({ schema: 'fieldwarden/services@1', services: control.services.list() } satisfies ServiceList),
  },
  {
    method: 'get',
    path: '/services/:id',
    permission: 'view',
    operation: {
      operationId: 'getService',
      summary: 'One service, with what it says of itself.',
      tags: ['services'],
      parameters: [serviceId],
      responses: { 200: jsonResponse('The service.', 'Service') },
    },
    handle: (exchange) => ok({ schema: 'fieldwarden/service@1', ...namedService(exchange) } satisfies ServiceAnswer),
  },
  {
    method: 'post',
    path: '/services/:id/restart',
    permission: 'operate',
    audited: { action: 'act', subject: ({ request }) => pathText(request, 'id'), after: () => 'restart' },
    operation: {
      operationId: 'restartService',
      summary: 'Stops the service, forgets its crashes and starts it; those who use it have to connect again.',
      tags: ['services'],
      parameters: [
        serviceId,
        queryParameter('wait', 'Answer only when it works again, or it is clear that it does not yet.', {
          type: 'boolean',
          default: false,
        }),
      ],
      responses: {
        200: jsonResponse('With `wait=true`: the service after the restart.', 'Service'),
        202: jsonResponse('The restart was passed on.', 'Operation'),
      },
    },
    handle: restart,
  },
  {
    method: 'post',
    path: '/services/:id/requests/:name',
    permission: 'operate',
    audited: {
      action: 'act',
      subject: ({ request }) => pathText(request, 'id'),
      after: ({ request }) => ({ request: pathText(request, 'name'), ...(request.body as object | undefined) }),
    },
    operation: {
      operationId: 'requestOfService',
      summary: 'A request that the service itself understands; its README lists them.',
      tags: ['services'],
      parameters: [serviceId, pathParameter('name', 'Name of the request.')],
      requestBody: jsonBody('ServiceRequest'),
      responses: { 200: jsonResponse('What the service answered.', 'ServiceRequestAnswer') },
    },
    handle: passOn,
  },
];

async function restart(exchange: HttpExchange): Promise<Answer> {
  const { control, query, correlationId, logger } = exchange;
  const { id } = namedService(exchange);
  const done = control.services.restart(id);
  if (flag(query, 'wait')) return ok({ schema: 'fieldwarden/service@1', ...(await done) } satisfies ServiceAnswer);
  done.catch((error: unknown) =>
    logger.warn(`restart of service ${id} failed: ${messageOf(error)}`, { serviceId: id, correlationId }),
  );
  const answer: OperationAnswer = { schema: 'fieldwarden/operation@1', operationId: correlationId };
  return { status: 202, body: answer };
}

async function passOn(exchange: HttpExchange): Promise<Answer> {
  const { control, request } = exchange;
  const { id } = namedService(exchange);
  const name = pathText(request, 'name');
  const origin = originOf(exchange);
  const answer = await control.services.request(id, name, readJson(request, serviceRequest), origin);
  return ok({
    schema: 'fieldwarden/service-request@1',
    serviceId: id,
    name,
    answer: answer ?? null,
  } satisfies ServiceRequestAnswer);
}
