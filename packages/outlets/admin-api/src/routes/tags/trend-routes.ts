import { jsonResponse, queryParameter } from '../../openapi/operation.js';
import { requiredText, timeMs, wholeNumber } from '../../server/request-parameters.js';
import { badQuery } from '../../server/request-refused.js';
import { okValues, type HttpExchange, type Route } from '../../server/route.js';

const mostPaths = 20;
const buckets = { fallback: 500, min: 1, max: 4_000 };
const pathsPerPage = { fallback: 1_000, min: 1, max: 10_000 };

export const trendRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/trends',
    permission: 'view',
    operation: {
      operationId: 'readTrends',
      summary: 'Tags over time for curves: first, least, greatest and last value of each bucket that has any.',
      tags: ['tags'],
      parameters: [
        queryParameter('paths', `Of the tags, joined by commas; at most ${mostPaths}.`, { type: 'string' }, true),
        queryParameter('from', 'Included. Default: 15 minutes before `to`.', { type: 'string', format: 'date-time' }),
        queryParameter('to', 'Not included. Default: now.', { type: 'string', format: 'date-time' }),
        queryParameter('buckets', 'Where a tag has fewer values than these, each comes as it was.', {
          type: 'integer',
          minimum: buckets.min,
          maximum: buckets.max,
          default: buckets.fallback,
        }),
      ],
      responses: { 200: jsonResponse('One series per path, in their order.', 'Trends') },
    },
    handle: async ({ control, query }) => okValues(await control.past.trends(trendsQuery(query))),
  },
  {
    method: 'get',
    path: '/history/tags',
    permission: 'view',
    operation: {
      operationId: 'listHistoryTags',
      summary: 'Paths of which anything was ever kept, also of those that are no tags any more; page by page.',
      tags: ['tags'],
      parameters: [
        queryParameter('prefix', 'Only paths that begin so.', { type: 'string' }),
        queryParameter('limit', 'Paths per page.', {
          type: 'integer',
          minimum: pathsPerPage.min,
          maximum: pathsPerPage.max,
          default: pathsPerPage.fallback,
        }),
        queryParameter('cursor', '`next` of the page before.', { type: 'string' }),
      ],
      responses: { 200: jsonResponse('One page.', 'HistoryTags') },
    },
    handle: async ({ control, query }: HttpExchange) =>
      okValues(
        await control.past.paths({
          prefix: query.get('prefix') ?? '',
          limit: wholeNumber(query, 'limit', pathsPerPage),
          cursor: query.get('cursor') ?? undefined,
        }),
      ),
  },
];

function trendsQuery(query: URLSearchParams) {
  const paths = requiredText(query, 'paths')
    .split(',')
    .filter((path) => path !== '');
  if (paths.length === 0 || paths.length > mostPaths) throw badQuery(`paths are 1 to ${mostPaths}, joined by commas`);
  const [fromMs, toMs] = ['from', 'to'].map((name) => (query.has(name) ? timeMs(query, name, 0) : undefined));
  if (fromMs !== undefined && fromMs >= (toMs ?? Infinity)) throw badQuery('from is before to');
  return { paths, fromMs, toMs, buckets: wholeNumber(query, 'buckets', buckets) };
}
