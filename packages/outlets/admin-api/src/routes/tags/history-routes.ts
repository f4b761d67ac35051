import { historyAggregates, type DeviceHistoryQuery, type HistoryAggregate } from '../../control/device-control.js';
import { jsonResponse, queryParameter } from '../../openapi/operation.js';
import { requiredText, timeMs, wholeNumber } from '../../server/request-parameters.js';
import { badQuery } from '../../server/request-refused.js';
import { noTag } from './no-tag.js';
import { okValues, type Answer, type HttpExchange, type Route } from '../../server/route.js';

const rows = { fallback: 1_000, min: 1, max: 10_000 };

const dayMs = 86_400_000;

export const historyRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/tags/history',
    permission: 'view',
    operation: {
      operationId: 'readTagHistory',
      summary: "What is kept of one tag, oldest first: the gateway's own memory of the last minutes, or the device's.",
      tags: ['tags'],
      parameters: [
        queryParameter('path', 'Path of the tag.', { type: 'string' }, true),
        queryParameter('from', 'Default: everything that is kept; of a device: one hour before `to`.', {
          type: 'string',
          format: 'date-time',
        }),
        queryParameter('to', 'Default: now.', { type: 'string', format: 'date-time' }),
        queryParameter(
          'source',
          '`memory`: at most one point per second; the point before the range that still held comes too. `device`: asked of the device, page by page.',
          { type: 'string', enum: ['memory', 'device'], default: 'memory' },
        ),
        queryParameter('aggregate', 'Of a device: one point per interval, at its start.', {
          type: 'string',
          enum: historyAggregates,
        }),
        queryParameter('intervalMs', 'Length of an interval; goes with `aggregate`.', {
          type: 'integer',
          minimum: 1,
          maximum: dayMs,
        }),
        queryParameter('limit', 'Of a device: points per page.', {
          type: 'integer',
          minimum: rows.min,
          maximum: rows.max,
          default: rows.fallback,
        }),
        queryParameter('cursor', 'Of a device: `nextCursor` of the page before, with the same range.', {
          type: 'string',
        }),
      ],
      responses: { 200: jsonResponse('The points.', 'TagHistory') },
    },
    handle: (exchange) => (fromDevice(exchange) ? ofDevice(exchange) : ofMemory(exchange)),
  },
];

function ofMemory({ control, query }: HttpExchange): Answer {
  const path = requiredText(query, 'path');
  const history = control.history(path, timeMs(query, 'from', 0), timeMs(query, 'to', Number.MAX_SAFE_INTEGER));
  if (!history) throw noTag(control, path);
  return okValues(history);
}

async function ofDevice({ control, query, correlationId }: HttpExchange): Promise<Answer> {
  const path = requiredText(query, 'path');
  return okValues(await control.devices.history(path, deviceQuery(query), correlationId));
}

/** What only a device can answer is refused of memory rather than left out. */
function fromDevice({ query }: HttpExchange): boolean {
  const source = query.get('source') ?? 'memory';
  if (source === 'device') return true;
  if (source !== 'memory') throw badQuery(`source is memory or device, not ${JSON.stringify(source)}`);
  const asked = ['aggregate', 'intervalMs', 'limit', 'cursor'].find((name) => query.has(name));
  if (asked !== undefined) throw badQuery(`${asked} goes with source=device only`);
  return false;
}

function deviceQuery(query: URLSearchParams): DeviceHistoryQuery {
  return {
    fromMs: timeIfAny(query, 'from'),
    toMs: timeIfAny(query, 'to'),
    processed: processedOf(query),
    limit: wholeNumber(query, 'limit', rows),
    cursor: query.get('cursor') ?? undefined,
  };
}

function timeIfAny(query: URLSearchParams, name: string): number | undefined {
  return query.has(name) ? timeMs(query, name, 0) : undefined;
}

function processedOf(query: URLSearchParams): DeviceHistoryQuery['processed'] {
  const aggregate = query.get('aggregate');
  if (aggregate === null && query.has('intervalMs')) throw badQuery('intervalMs goes with an aggregate only');
  if (aggregate === null) return undefined;
  if (!isAggregate(aggregate))
    throw badQuery(`aggregate is one of ${historyAggregates.join(', ')}, not ${JSON.stringify(aggregate)}`);
  const intervalMs = wholeNumber(query, 'intervalMs', { fallback: 0, min: 1, max: dayMs });
  if (intervalMs === 0) throw badQuery('an aggregate needs intervalMs');
  return { aggregate, intervalMs };
}

function isAggregate(text: string): text is HistoryAggregate {
  return (historyAggregates as readonly string[]).includes(text);
}
