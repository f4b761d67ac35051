import type { TagFolders, TagValueAnswer, TagWriteAnswer } from '@fieldwarden/admin-contract';
import { writeRequest } from '@fieldwarden/admin-contract/requests';
import { originOf } from '../../access/requester.js';
import { eventStreamResponse, jsonBody, jsonResponse, queryParameter } from '../../openapi/operation.js';
import { bodyField } from '../../server/audited-requests.js';
import { readJson } from '../../server/read-json.js';
import { flag, requiredText, wholeNumber } from '../../server/request-parameters.js';
import { badQuery } from '../../server/request-refused.js';
import { noTag } from './no-tag.js';
import { ok, okValues, streaming, type Answer, type HttpExchange, type Route } from '../../server/route.js';
import { TagWatch } from '../../events/tag-watch.js';
import { acted } from '../acted.js';

const pageSize = { fallback: 100, min: 1, max: 10_000 };
const maxWatchedPaths = 1_000;

export const tagRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/tags',
    permission: 'view',
    operation: {
      operationId: 'listTags',
      summary: 'Tags with their latest values, page by page.',
      tags: ['tags'],
      parameters: [
        queryParameter('prefix', 'Only paths that begin so.', { type: 'string' }),
        queryParameter('limit', 'Tags per page.', {
          type: 'integer',
          minimum: pageSize.min,
          maximum: pageSize.max,
          default: pageSize.fallback,
        }),
        queryParameter('cursor', '`nextCursor` of the page before.', { type: 'string' }),
        queryParameter('bad', 'Only those that are Bad now.', { type: 'boolean', default: false }),
        queryParameter('driver', 'Only those of this driver.', { type: 'string' }),
      ],
      responses: { 200: jsonResponse('One page.', 'TagPage') },
    },
    handle: ({ control, query }) =>
      okValues(
        control.tags({
          limit: wholeNumber(query, 'limit', pageSize),
          ...textOf(query, 'prefix'),
          ...textOf(query, 'cursor'),
          onlyBad: flag(query, 'bad'),
          ...(query.get('driver') && { driverId: query.get('driver')! }),
        }),
      ),
  },
  {
    method: 'get',
    path: '/tags/folders',
    permission: 'view',
    operation: {
      operationId: 'listBadFolders',
      summary: 'How many Bad tags lie under each folder of the plant; at most 10,000 folders.',
      tags: ['tags'],
      responses: { 200: jsonResponse('The folders that have any.', 'TagFolders') },
    },
    handle: ({ control }) =>
      ok({ schema: 'fieldwarden/tag-folders@1', folders: control.badFolders() } satisfies TagFolders),
  },
  {
    method: 'get',
    path: '/tags/value',
    permission: 'view',
    operation: {
      operationId: 'readTag',
      summary: 'The latest value of one tag, with everything that is known of the tag.',
      tags: ['tags'],
      parameters: [queryParameter('path', 'Path of the tag.', { type: 'string' }, true)],
      responses: { 200: jsonResponse('The value.', 'TagValue') },
    },
    handle({ control, query }) {
      const path = requiredText(query, 'path');
      const detail = control.tagDetail(path);
      if (!detail) throw noTag(control, path);
      return okValues({ schema: 'fieldwarden/tag-value@1', ...detail } satisfies TagValueAnswer);
    },
  },
  {
    method: 'put',
    path: '/tags/value',
    permission: 'write',
    audited: {
      action: 'write',
      subject: (exchange) => writtenPath(exchange) ?? 'tags',
      before: valueBefore,
      after: (exchange) => bodyField(exchange, 'value'),
      isRecordedBehind: true, // by the road of writes, with the old value
    },
    operation: {
      operationId: 'writeTag',
      summary: 'Writes one tag, and answers with what became of it.',
      tags: ['tags'],
      requestBody: jsonBody('WriteRequest'),
      responses: {
        200: jsonResponse('The write was tried; `outcome` says what became of it.', 'WriteAnswer'),
      },
    },
    handle: writeTag,
  },
  {
    method: 'get',
    path: '/tags/watch',
    permission: 'view',
    operation: {
      operationId: 'watchTags',
      summary: 'Values as they change.',
      tags: ['tags'],
      parameters: [
        {
          ...queryParameter('path', `Path of a tag; up to ${maxWatchedPaths} times.`, {
            type: 'array',
            items: { type: 'string' },
          }),
          required: true,
        },
      ],
      responses: {
        200: eventStreamResponse(
          'Events named `value`: the present value of every tag, then one per change. A client that falls behind gets the latest value of each tag instead of every one.',
          'WatchedValue',
        ),
      },
    },
    handle: watchTags,
  },
];

async function writeTag(exchange: HttpExchange): Promise<Answer> {
  const { control } = exchange;
  const { path, value } = readJson(exchange.request, writeRequest);
  if (!control.tagValue(path)) throw noTag(control, path, 'not-sent');
  return await acted(
    exchange,
    `writing tag ${path}`,
    async () => await control.writeTag(path, value, originOf(exchange)),
    (outcome) => ({ schema: 'fieldwarden/write@1', path, ...outcome }) satisfies TagWriteAnswer,
  );
}

function watchTags({ control, query, response, streams, requester }: HttpExchange): typeof streaming {
  const paths = [...new Set(query.getAll('path'))];
  if (paths.length === 0) throw badQuery('the query lacks path, the path of a tag to watch');
  if (paths.length > maxWatchedPaths) throw badQuery(`at most ${maxWatchedPaths} tags can be watched by one stream`);
  const unknown = paths.find((path) => !control.tagValue(path));
  if (unknown !== undefined) throw noTag(control, unknown);
  new TagWatch(streams.open(response, requester)).begin(control, paths);
  return streaming;
}

function textOf<Name extends string>(query: URLSearchParams, name: Name): Partial<Record<Name, string>> {
  const text = query.get(name);
  return text === null || text === '' ? {} : ({ [name]: text } as Record<Name, string>);
}

/** Of a request that was refused: who was not allowed to change what. */
function valueBefore(exchange: HttpExchange): unknown {
  const path = writtenPath(exchange);
  return path === undefined ? undefined : exchange.control.tagValue(path)?.value;
}

/** Also of a request that was refused before its body was read. */
function writtenPath(exchange: HttpExchange): string | undefined {
  const path = bodyField(exchange, 'path');
  return typeof path === 'string' ? path : undefined;
}
