import type { LogList } from '@fieldwarden/admin-contract';
import { eventStreamResponse, jsonResponse, queryParameter, type ResponseObject } from '../../openapi/operation.js';
import { flag, wholeNumber } from '../../server/request-parameters.js';
import { ok, streaming, type Answer, type Exchange, type Route } from '../../server/route.js';
import { driverId, namedDriver } from './driver-routes.js';

const lineCount = { fallback: 100, min: 0, max: 10_000 };

const parameters = [
  queryParameter('lines', 'How many of the latest records.', {
    type: 'integer',
    minimum: lineCount.min,
    maximum: lineCount.max,
    default: lineCount.fallback,
  }),
  queryParameter('follow', 'Streams these and all further records as server-sent events named `log`.', {
    type: 'boolean',
    default: false,
  }),
];

const records: ResponseObject = {
  description: 'The records, oldest first. With `follow=true`: each as an event whose data is one LogRecord.',
  content: { ...jsonResponse('', 'LogList').content, ...eventStreamResponse('', 'LogRecord').content },
};

export const logRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/logs',
    permission: 'view',
    operation: {
      operationId: 'getLogs',
      summary: 'Latest log records of the gateway and all drivers.',
      tags: ['gateway'],
      parameters,
      responses: { 200: records },
    },
    handle: (exchange) => logs(exchange, undefined),
  },
  {
    method: 'get',
    path: '/drivers/:id/logs',
    permission: 'view',
    operation: {
      operationId: 'getDriverLogs',
      summary: 'Latest log records of one driver, its Host included.',
      tags: ['drivers'],
      parameters: [driverId, ...parameters],
      responses: { 200: records },
    },
    handle: (exchange) => logs(exchange, namedDriver(exchange).id),
  },
];

function logs(exchange: Exchange, driver: string | undefined): Answer | typeof streaming {
  const { control, query } = exchange;
  const lines = wholeNumber(query, 'lines', lineCount);
  if (flag(query, 'follow')) return followLogs(exchange, driver, lines);
  const list: LogList = {
    schema: 'fieldwarden/logs@1',
    driverId: driver ?? null,
    records: control.logs(driver, lines),
  };
  return ok(list);
}

function followLogs(
  { control, response, streams, requester }: Exchange,
  driver: string | undefined,
  lines: number,
): typeof streaming {
  const stream = streams.open(response, requester);
  for (const record of control.logs(driver, lines)) stream.send({ event: 'log', data: record });
  const subscription = control.followLogs(driver, (record) => stream.send({ event: 'log', data: record }));
  stream.onClose(() => subscription[Symbol.dispose]());
  return streaming;
}
