import type { MethodCallAnswer } from '@fieldwarden/admin-contract';
import { originName } from '../../access/requester.js';
import type { DeviceMethod, MethodArgument } from '../../control/device-control.js';
import { jsonBody, jsonResponse } from '../../openapi/operation.js';
import { jsonObject, pathText } from '../../server/request-parameters.js';
import { badBody } from '../../server/request-refused.js';
import type { Answer, Exchange, Route } from '../../server/route.js';
import { acted } from '../acted.js';
import { driverId, namedDevice, namedDriver } from './driver-routes.js';

const maxArguments = 64;

export const methodRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/drivers/:id/call',
    permission: 'operate',
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

async function callMethod(exchange: Exchange): Promise<Answer> {
  const { control, request, correlationId, requester } = exchange;
  const body = jsonObject(request);
  const method = methodOf(body);
  const named = { driverId: pathText(request, 'id'), device: deviceOf(body) };
  return await acted(
    exchange,
    `calling method ${method.method} of driver ${named.driverId}`,
    async () => {
      const driver = namedDriver(exchange);
      named.device = namedDevice(driver, named.device === '' ? null : named.device);
      const origin = { via: originName(requester), correlationId };
      return await control.devices.callMethod(driver.id, named.device, method, origin);
    },
    (outcome) =>
      ({
        schema: 'fieldwarden/method-call@1',
        ...named,
        method: method.method,
        outputs: [],
        ...outcome,
      }) satisfies MethodCallAnswer,
  );
}

/** Empty if it names none. */
function deviceOf({ device = '' }: Readonly<Record<string, unknown>>): string {
  if (typeof device === 'string') return device;
  throw badBody('device is a text, the id of a device');
}

function methodOf({ method, object = '', args = [] }: Readonly<Record<string, unknown>>): DeviceMethod {
  if (typeof method !== 'string' || method === '') throw badBody('the body lacks method, the name of a method');
  if (typeof object !== 'string') throw badBody('object is a text');
  if (!Array.isArray(args) || args.length > maxArguments)
    throw badBody(`args is an array of at most ${maxArguments} values`);
  if (!args.every(isArgument)) throw badBody('an argument is a number, true or false, a text, or an array of these');
  return { object, method, args };
}

function isArgument(value: unknown): value is MethodArgument {
  return Array.isArray(value) ? value.every(isElement) : isElement(value);
}

function isElement(value: unknown): value is number | boolean | string {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
}
