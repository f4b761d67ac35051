import type { LogList } from '@fieldwarden/admin-contract';
import type { LogRecord } from '@fieldwarden/gateway-contract';
import { eventStreamResponse, jsonResponse, queryParameter, type ResponseObject } from '../openapi/operation.js';
import { flag, wholeNumber } from '../server/request-parameters.js';
import { ok, streaming, type Answer, type HttpExchange, type Route } from '../server/route.js';
import { driverId, namedDriver } from './drivers/driver-routes.js';
import { namedService, serviceId } from './services/named-service.js';

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
    handle: (exchange) => logs(exchange, { driverId: null }, ofDriver(exchange, undefined)),
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
    handle: (exchange) => {
      const { id } = namedDriver(exchange);
      return logs(exchange, { driverId: id }, ofDriver(exchange, id));
    },
  },
  {
    method: 'get',
    path: '/services/:id/logs',
    permission: 'view',
    operation: {
      operationId: 'getServiceLogs',
      summary: 'Latest log records of one service, its Host included.',
      tags: ['services'],
      parameters: [serviceId, ...parameters],
      responses: { 200: records },
    },
    handle: (exchange) => {
      const { id } = namedService(exchange);
      return logs(exchange, { driverId: null, serviceId: id }, ofService(exchange, id));
    },
  },
];

/** Where the records come from. */
interface LogSource {
  recent(lines: number): readonly LogRecord[];
  follow(listener: (record: LogRecord) => void): Disposable;
}

/** Undefined: of the gateway and all drivers. */
function ofDriver({ control }: HttpExchange, id: string | undefined): LogSource {
  return {
    recent: (lines) => control.logs(id, lines),
    follow: (listener) => control.followLogs(id, listener),
  };
}

function ofService({ control: { services } }: HttpExchange, id: string): LogSource {
  return {
    recent: (lines) => services.logs(id, lines),
    follow: (listener) => services.followLogs(id, listener),
  };
}

function logs(
  exchange: HttpExchange,
  subject: Pick<LogList, 'driverId' | 'serviceId'>,
  source: LogSource,
): Answer | typeof streaming {
  const lines = wholeNumber(exchange.query, 'lines', lineCount);
  if (flag(exchange.query, 'follow')) return followLogs(exchange, source, lines);
  return ok({ schema: 'fieldwarden/logs@1', ...subject, records: source.recent(lines) } satisfies LogList);
}

function followLogs(
  { response, streams, requester }: HttpExchange,
  source: LogSource,
  lines: number,
): typeof streaming {
  const stream = streams.open(response, requester);
  for (const record of source.recent(lines)) stream.send({ event: 'log', data: record });
  const subscription = source.follow((record) => stream.send({ event: 'log', data: record }));
  stream.onClose(() => subscription[Symbol.dispose]());
  return streaming;
}
