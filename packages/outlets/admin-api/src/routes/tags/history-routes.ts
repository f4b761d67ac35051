import {
  historyAggregates as deviceAggregates,
  type DeviceHistoryQuery,
  type HistoryAggregate,
} from '../../control/device-control.js';
import { storedAggregates, type StoredHistoryQuery } from '../../control/history-control.js';
import { jsonResponse, queryParameter } from '../../openapi/operation.js';
import { requiredText, timeMs, wholeNumber } from '../../server/request-parameters.js';
import { badQuery } from '../../server/request-refused.js';
import { okValues, type Answer, type HttpExchange, type Route } from '../../server/route.js';
import { noTag } from './no-tag.js';

const rows = { fallback: 1_000, min: 1, max: 10_000 };

/** As wide as a range may be asked for. */
const longestIntervalMs = 100 * 366 * 86_400_000;

const sources = ['store', 'memory', 'device'] as const;

export const historyRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/tags/history',
    permission: 'view',
    operation: {
      operationId: 'readTagHistory',
      summary:
        "What is kept of one tag: by the service history, by the gateway's memory of the last minutes, or by the device.",
      tags: ['tags'],
      parameters: [
        queryParameter('path', 'Path of the tag.', { type: 'string' }, true),
        queryParameter(
          'from',
          'Included. Default: one hour before `to`; of memory everything that is kept. Later than `to`: newest first (not of memory).',
          { type: 'string', format: 'date-time' },
        ),
        queryParameter('to', 'Not included. Default: now.', { type: 'string', format: 'date-time' }),
        queryParameter(
          'source',
          '`store`: what the service history has, page by page. `memory`: at most one point per second; the point before the range that still held comes too. `device`: asked of the device, page by page. Default: store where it has anything of the tag, else memory.',
          { type: 'string', enum: sources },
        ),
        queryParameter(
          'aggregate',
          'One point per interval, at its start, by OPC UA Part 13. Of a device: average, minimum, maximum, count, time-average, interpolative.',
          { type: 'string', enum: storedAggregates },
        ),
        queryParameter('intervalMs', 'Length of an interval; goes with `aggregate`. Of `store` 0 is the whole range.', {
          type: 'integer',
          minimum: 0,
          maximum: longestIntervalMs,
        }),
        queryParameter('limit', 'Points per page; not of memory.', {
          type: 'integer',
          minimum: rows.min,
          maximum: rows.max,
          default: rows.fallback,
        }),
        queryParameter('cursor', '`next`, or `nextCursor` of a device, of the page before, with the same range.', {
          type: 'string',
        }),
      ],
      responses: { 200: jsonResponse('The points.', 'TagHistory') },
    },
    handle: async (exchange) => {
      const path = requiredText(exchange.query, 'path');
      switch (await sourceOf(exchange, path)) {
        case 'store':
          return okValues(await exchange.control.past.page(path, storedQuery(exchange.query)));
        case 'device':
          return await ofDevice(exchange, path);
        case 'memory':
          return ofMemory(exchange, path);
      }
    },
  },
];

/** Unless it is said, the store where it has the tag. What memory can't answer is refused of it rather than left out. */
async function sourceOf({ control, query }: HttpExchange, path: string): Promise<(typeof sources)[number]> {
  const text = query.get('source');
  const source = sources.find((one) => one === text);
  if (text !== null && !source) throw badQuery(`source is one of ${sources.join(', ')}, not ${JSON.stringify(text)}`);
  if (source === 'store' || source === 'device') return source;
  if (!source && (await control.past.has(path))) return 'store';
  const asked = ['aggregate', 'intervalMs', 'limit', 'cursor'].find((name) => query.has(name));
  if (asked === undefined) return 'memory';
  throw badQuery(`${asked} goes with source=device, or where history of the tag is kept`);
}

function ofMemory({ control, query }: HttpExchange, path: string): Answer {
  const history = control.history(path, timeMs(query, 'from', 0), timeMs(query, 'to', Number.MAX_SAFE_INTEGER));
  if (!history) throw noTag(control, path);
  return okValues(history);
}

async function ofDevice({ control, query, correlationId }: HttpExchange, path: string): Promise<Answer> {
  return okValues(await control.devices.history(path, deviceQuery(query), correlationId));
}

function deviceQuery(query: URLSearchParams): DeviceHistoryQuery {
  const processed = processedOf(query, 1, deviceAggregate);
  return { ...rangeOf(query), processed };
}

function storedQuery(query: URLSearchParams): StoredHistoryQuery {
  const stored = (text: string) => storedAggregates.find((name) => name === text);
  return { ...rangeOf(query), processed: processedOf(query, 0, stored) };
}

function rangeOf(query: URLSearchParams) {
  return {
    fromMs: timeIfAny(query, 'from'),
    toMs: timeIfAny(query, 'to'),
    limit: wholeNumber(query, 'limit', rows),
    cursor: query.get('cursor') ?? undefined,
  };
}

function timeIfAny(query: URLSearchParams, name: string): number | undefined {
  return query.has(name) ? timeMs(query, name, 0) : undefined;
}

interface Processed<Name> {
  readonly aggregate: Name;
  readonly intervalMs: number;
}

function processedOf<Name extends string>(
  query: URLSearchParams,
  shortestMs: number,
  named: (text: string) => Name | undefined,
): Processed<Name> | undefined {
  const text = query.get('aggregate');
  if (text === null && query.has('intervalMs')) throw badQuery('intervalMs goes with an aggregate only');
  if (text === null) return undefined;
  const aggregate = named(text);
  if (aggregate === undefined) throw badQuery(`aggregate is one of ${known(named)}, not ${JSON.stringify(text)}`);
  if (!query.has('intervalMs')) throw badQuery('an aggregate needs intervalMs');
  return {
    aggregate,
    intervalMs: wholeNumber(query, 'intervalMs', { fallback: 0, min: shortestMs, max: longestIntervalMs }),
  };
}

function known(named: (text: string) => string | undefined): string {
  return storedAggregates.filter((name) => named(name) !== undefined).join(', ');
}

/** Drivers spell one of them otherwise, as this address did before. */
function deviceAggregate(text: string): HistoryAggregate | undefined {
  const name = text === 'time-average' ? 'timeAverage' : text;
  return deviceAggregates.find((one) => one === name);
}
