import type {
  Driver,
  DriverAnswer,
  DriverDetail,
  DriverDetailAnswer,
  DriverList,
  DriverTestAnswer,
  NodeList,
  OperationAnswer,
  PlanAnswer,
} from '@fieldwarden/admin-contract';
import { driverActions, type DriverAction } from '@fieldwarden/gateway-contract';
import { messageOf } from '@fieldwarden/core';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { jsonResponse, pathParameter, queryParameter } from '../../openapi/operation.js';
import { flag, pathText, wholeNumber } from '../../server/request-parameters.js';
import { maxBrowsedNodes, type BrowseQuery } from '../../control/gateway-control.js';
import {
  badQuery,
  deviceUnknown,
  driverUnknown,
  isService,
  type RequestRefused,
} from '../../server/request-refused.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';

export const driverId = pathParameter('id', 'Id of the driver in the plant document.');

/** Longest text to search for, in characters. */
const maxSearchLength = 200;

const browsePage = { min: 1, max: maxBrowsedNodes, fallback: maxBrowsedNodes };

/** The driver that the path names. Refused with 404 if there is none. */
export function namedDriver({ control, request }: HttpExchange): DriverDetail {
  const id = pathText(request, 'id');
  const driver = control.driver(id);
  if (!driver) throw noDriver(control, id);
  return driver;
}

function noDriver(control: HttpExchange['control'], id: string): RequestRefused {
  if (control.services.get(id)) return isService(id);
  return driverUnknown(
    id,
    control.drivers().map((driver) => driver.id),
  );
}

const actionSummaries: Readonly<Record<DriverAction, string>> = {
  start: 'Starts the driver; nothing happens if it runs.',
  stop: 'Stops the driver; its tags turn Bad. Nothing happens if it is stopped.',
  restart: 'Stops the driver if it runs, and starts it.',
  reset: 'Closes the crash-loop breaker and tries again what had failed for good.',
  recycle: 'Replaces the process of the driver by a new one; 409 `not-isolated` if it has none of its own.',
  promote: 'Moves the running driver into a Host of its own; nothing happens if it is in one.',
  demote: 'Moves the running driver back into the gateway; 409 if its tier does not allow that.',
  reinitialize: 'Has the driver drop and make anew all its connections, within its process.',
};

export const driverRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/drivers',
    permission: 'view',
    operation: {
      operationId: 'listDrivers',
      summary: 'All drivers, in the order of the plant document.',
      tags: ['drivers'],
      responses: { 200: jsonResponse('The drivers.', 'DriverList') },
    },
    handle: ({ control }) => ok({ schema: 'fieldwarden/drivers@1', drivers: control.drivers() } satisfies DriverList),
  },
  {
    method: 'get',
    path: '/drivers/:id',
    permission: 'view',
    operation: {
      operationId: 'getDriver',
      summary: 'One driver with its devices.',
      tags: ['drivers'],
      parameters: [driverId],
      responses: { 200: jsonResponse('The driver.', 'DriverDetail') },
    },
    handle: (exchange) => ok({ schema: 'fieldwarden/driver@1', ...namedDriver(exchange) } satisfies DriverDetailAnswer),
  },
  {
    method: 'get',
    path: '/drivers/:id/curves',
    permission: 'view',
    operation: {
      operationId: 'getDriverCurves',
      summary: 'Memory, CPU, heartbeat and state of the last hour, a row each 5 s, oldest first.',
      tags: ['drivers'],
      parameters: [driverId],
      responses: { 200: jsonResponse('The curves as columns.', 'DriverCurves') },
    },
    handle(exchange) {
      const { id } = namedDriver(exchange);
      const curves = exchange.control.curves(id);
      if (!curves) throw noDriver(exchange.control, id);
      return ok(curves);
    },
  },
  {
    method: 'get',
    path: '/drivers/:id/plan',
    permission: 'view',
    operation: {
      operationId: 'getDriverPlan',
      summary: 'The requests that polling makes, per device and scan class.',
      tags: ['drivers'],
      parameters: [driverId],
      responses: { 200: jsonResponse('The plan.', 'Plan') },
    },
    async handle(exchange) {
      const { id } = namedDriver(exchange);
      const devices = await exchange.control.plan(id);
      return ok({ schema: 'fieldwarden/plan@1', driverId: id, devices } satisfies PlanAnswer);
    },
  },
  {
    method: 'post',
    path: '/drivers/:id/test',
    permission: 'operate',
    audited: { action: 'act', subject: ({ request }) => pathText(request, 'id'), after: () => 'test' },
    operation: {
      operationId: 'testDriver',
      summary: 'Probes every device of the driver now, also those that are off-scan.',
      tags: ['drivers'],
      parameters: [driverId],
      responses: { 200: jsonResponse('How each device answered.', 'DriverTest') },
    },
    async handle(exchange) {
      const { id } = namedDriver(exchange);
      const devices = await exchange.control.testDevices(id, exchange.correlationId);
      return ok({ schema: 'fieldwarden/driver-test@1', driverId: id, devices } satisfies DriverTestAnswer);
    },
  },
  {
    method: 'get',
    path: '/drivers/:id/browse',
    permission: 'view',
    operation: {
      operationId: 'browseDriver',
      summary: 'What a device offers under one node, or by a search, for drivers that can tell. In pages.',
      tags: ['drivers'],
      parameters: [
        driverId,
        queryParameter('device', 'Id of the device; may be left out if the driver has only one.', { type: 'string' }),
        queryParameter('node', 'Address of the node to look into; left out = the top.', { type: 'string' }),
        queryParameter(
          'search',
          `Part of a name or address, in upper or lower case alike, at most ${maxSearchLength} characters: nodes at any depth below.`,
          {
            type: 'string',
          },
        ),
        queryParameter('cursor', '`nextCursor` of the page before; the other parameters are those of the first page.', {
          type: 'string',
        }),
        queryParameter('limit', `Most nodes of one page, 1 to ${maxBrowsedNodes}.`, {
          type: 'integer',
          minimum: 1,
          maximum: maxBrowsedNodes,
          default: maxBrowsedNodes,
        }),
      ],
      responses: { 200: jsonResponse('The nodes.', 'NodeList') },
    },
    async handle(exchange) {
      const { control, query, correlationId } = exchange;
      const driver = namedDriver(exchange);
      const device = namedDevice(driver, query.get('device'));
      const { nodes, nextCursor } = await control.browse(driver.id, device, browseQuery(query), correlationId);
      return ok({ schema: 'fieldwarden/nodes@1', driverId: driver.id, device, nodes, nextCursor } satisfies NodeList);
    },
  },
  ...driverActions.map(actionRoute),
];

function browseQuery(query: URLSearchParams): BrowseQuery {
  const search = query.get('search') ?? undefined;
  if (search !== undefined && (search === '' || search.length > maxSearchLength))
    throw badQuery(`search has 1 to ${maxSearchLength} characters`);
  return {
    node: query.get('node') ?? undefined,
    search,
    cursor: query.get('cursor') ?? undefined,
    limit: wholeNumber(query, 'limit', browsePage),
  };
}

/** The device asked for, or the only one. Refused with 404, or with 400 if there are several to choose from. */
export function namedDevice({ id, devices }: DriverDetail, asked: string | null): string {
  const ids = devices.map((device) => device.id);
  if (asked === null && ids.length === 1) return ids[0];
  if (asked === null) throw badQuery(`driver ${id} has ${ids.length} devices: say which (device=${ids.join(' or ')})`);
  if (!ids.includes(asked)) throw deviceUnknown(id, asked, ids);
  return asked;
}

function actionRoute(action: DriverAction): Route {
  return {
    method: 'post',
    path: `/drivers/:id/${action}`,
    permission: 'operate',
    audited: { action: 'act', subject: ({ request }) => pathText(request, 'id'), after: () => action },
    operation: {
      operationId: `${action}Driver`,
      summary: actionSummaries[action],
      tags: ['drivers'],
      parameters: [
        driverId,
        queryParameter('wait', 'Answer only when the driver has reached its new state, or failed to.', {
          type: 'boolean',
          default: false,
        }),
      ],
      responses: {
        200: jsonResponse('With `wait=true`: the driver as it stands afterwards.', 'Driver'),
        202: jsonResponse('The action has begun.', 'Operation'),
      },
    },
    handle: (exchange) => operate(exchange, action),
  };
}

async function operate(exchange: HttpExchange, action: DriverAction): Promise<Answer> {
  const { id } = namedDriver(exchange);
  if (flag(exchange.query, 'wait')) {
    return driverAnswer(await exchange.control.operate(id, action, exchange.correlationId));
  }
  return await begin(exchange, id, action);
}

/** A refusal that is known at once is still answered; a later failure only reaches the log. */
async function begin(
  { control, correlationId, logger }: HttpExchange,
  id: string,
  action: DriverAction,
): Promise<Answer> {
  let answered = false;
  const operation = control.operate(id, action, correlationId).catch((error: unknown) => {
    if (!answered) throw error;
    logger.warn(`${action} of driver ${id} failed: ${messageOf(error)}`, { driverId: id, correlationId });
  });
  await Promise.race([operation, nextTurn()]);
  answered = true;
  const body: OperationAnswer = { schema: 'fieldwarden/operation@1', operationId: correlationId };
  return { status: 202, body };
}

function driverAnswer(driver: Driver): Answer {
  return ok({ schema: 'fieldwarden/driver@1', ...driver } satisfies DriverAnswer);
}
