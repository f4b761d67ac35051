import type { MethodCallAnswer } from '@fieldwarden/admin-contract';
import { methodCallRequest } from '@fieldwarden/admin-contract/requests';
import { originOf } from '../../access/requester.js';
import { jsonBody, jsonResponse } from '../../openapi/operation.js';
import { bodyField } from '../../server/audited-requests.js';
import { readJson } from '../../server/read-json.js';
import { pathText } from '../../server/request-parameters.js';
import type { Answer, HttpExchange, Route } from '../../server/route.js';
import { acted } from '../acted.js';
import { driverId, namedDevice, namedDriver } from './driver-routes.js';

export const methodRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/drivers/:id/call',
    permission: 'operate',
    audited: {
      action: 'act',
      subject: (exchange) =>
        [pathText(exchange.request, 'id'), bodyField(exchange, 'device')].filter(Boolean).join('/'),
      after: (exchange) => ({
        object: bodyField(exchange, 'object'),
        method: bodyField(exchange, 'method'),
        args: bodyField(exchange, 'args'),
      }),
    },
    operation: {
      operationId: 'callMethod',
      summary: 'Has a device execute a method, once, and answers with what became of it.',
      tags: ['drivers'],
      parameters: [driverId],
      requestBody: jsonBody('MethodCallRequest'),
      responses: { 200: jsonResponse('The call was tried; `outcome` says what became of it.', 'MethodCall') },
    },
    handle: callMethod,
  },
];

async function callMethod(exchange: HttpExchange): Promise<Answer> {
  const { control, request } = exchange;
  const { device = '', object = '', method, args = [] } = readJson(request, methodCallRequest);
  const named = { driverId: pathText(request, 'id'), device };
  return await acted(
    exchange,
    `calling method ${method} of driver ${named.driverId}`,
    async () => {
      const driver = namedDriver(exchange);
      named.device = namedDevice(driver, named.device === '' ? null : named.device);
      const origin = originOf(exchange);
      return await control.devices.callMethod(driver.id, named.device, { object, method, args }, origin);
    },
    (outcome) =>
      ({
        schema: 'fieldwarden/method-call@1',
        ...named,
        method,
        outputs: [],
        ...outcome,
      }) satisfies MethodCallAnswer,
  );
}
