import type { EventList, StreamHello, WatchedTagsAnswer } from '@fieldwarden/admin-contract';
import { watchedTagsRequest } from '@fieldwarden/admin-contract/requests';
import type { EventGap, GatewayEvent } from '@fieldwarden/gateway-contract';
import type { EventStream } from '../events/event-stream.js';
import type { GatewayControl } from '../control/gateway-control.js';
import {
  eventStreamResponse,
  jsonBody,
  jsonResponse,
  pathParameter,
  queryParameter,
  type Parameter,
} from '../openapi/operation.js';
import { readJson } from '../server/read-json.js';
import { pathText, wholeNumber } from '../server/request-parameters.js';
import { badQuery, RequestRefused } from '../server/request-refused.js';
import { ok, streaming, type Answer, type HttpExchange, type Route } from '../server/route.js';
import { driverId, namedDriver } from './drivers/driver-routes.js';

const anySeq = { fallback: -1, min: 0, max: Number.MAX_SAFE_INTEGER };

const since = queryParameter(
  'since',
  'Begins after the event with this `seq`; 0 = with the oldest that is kept. Without it a stream begins with the next event, a list with the oldest.',
  { type: 'integer', minimum: 0 },
);

const lastEventId: Parameter = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'What a reconnecting client sends by itself: the same as `since`.',
  schema: { type: 'integer', minimum: 0 },
};

const stream = queryParameter(
  'stream',
  'A name that the client chooses for this stream: it then always begins with the event `hello`.',
  { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
);

const afterARestart =
  '`seq` counts without gaps while the gateway runs, and jumps ahead when it is started again. A stream that cannot go on right after ' +
  '`since` or `Last-Event-ID`, because those events are no longer kept or the gateway was started again, begins with an event named ' +
  '`hello` (StreamHello) without an id: `gap` says what may have been missed, `bootId` is new with every start of the gateway.';

export const eventRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/events',
    permission: 'view',
    operation: {
      operationId: 'streamEvents',
      summary: 'Events of the gateway as they happen; as a list if only JSON is accepted.',
      tags: ['gateway'],
      parameters: [since, lastEventId, stream],
      responses: {
        200: {
          description: `${eventStreamResponse('Events named by their type, with `seq` as id.', 'GatewayEvent').description} ${afterARestart} With \`Accept: application/json\`: those that are kept, oldest first.`,
          content: {
            ...eventStreamResponse('', 'GatewayEvent').content,
            ...jsonResponse('', 'EventList').content,
          },
        },
      },
    },
    handle: (exchange) => (wantsList(exchange) ? eventList(exchange, undefined) : streamEvents(exchange)),
  },
  {
    method: 'get',
    path: '/drivers/:id/events',
    permission: 'view',
    operation: {
      operationId: 'listDriverEvents',
      summary: 'The events of one driver that are kept, oldest first.',
      tags: ['drivers'],
      parameters: [driverId, since],
      responses: { 200: jsonResponse('The events.', 'EventList') },
    },
    handle: (exchange) => eventList(exchange, namedDriver(exchange).id),
  },
  {
    method: 'put',
    path: '/events/streams/:stream/tags',
    permission: 'view',
    operation: {
      operationId: 'watchStreamTags',
      summary: 'Replaces the tags that a stream of the caller watches; 404 if it is not open.',
      tags: ['tags'],
      parameters: [pathParameter('stream', 'The name that the stream was opened with.')],
      requestBody: jsonBody('WatchedTagsRequest'),
      responses: {
        200: jsonResponse(
          'From now on the stream carries events named `tag` (TagValues), without an id: the present value of every tag newly watched, then ' +
            'changes, at most every 100 ms and only the latest of each tag; and once a second an event named `reading` (TagReadings) with the ' +
            'source times of tags that were read again and have not changed.',
          'WatchedTags',
        ),
      },
    },
    handle: watchStreamTags,
  },
];

function watchStreamTags({ request, streams, requester }: HttpExchange): Answer {
  const stream = pathText(request, 'stream');
  const { paths } = readJson(request, watchedTagsRequest);
  const tags = streams.tagsOf(stream, requester);
  if (!tags) throw streamUnknown(stream);
  const distinct = [...new Set(paths)];
  const known = tags.follow(distinct);
  const unknown = distinct.length - known;
  return ok({ schema: 'fieldwarden/watched-tags@1', stream, known, unknown } satisfies WatchedTagsAnswer);
}

function streamUnknown(name: string): RequestRefused {
  return new RequestRefused({
    status: 404,
    code: 'STREAM_UNKNOWN',
    detail: `you have no stream ${JSON.stringify(name)} open`,
    remedy: `Open it with GET /api/v1/events?stream=${name}.`,
  });
}

function wantsList({ request }: HttpExchange): boolean {
  return request.accepts(['text/event-stream', 'application/json']) === 'application/json';
}

function eventList({ control, query }: HttpExchange, driver: string | undefined): Answer {
  const asked = Math.max(0, wholeNumber(query, 'since', anySeq));
  const kept = eventsAfter(control, asked);
  const events = driver === undefined ? kept : kept.filter((event) => event.driverId === driver);
  const { bootId } = control.events;
  const gap = control.events.gapAfter(asked) ?? null;
  return ok({ schema: 'fieldwarden/events@1', bootId, gap, driverId: driver ?? null, events } satisfies EventList);
}

function streamEvents(exchange: HttpExchange): typeof streaming {
  const { control, response, streams, query, requester } = exchange;
  const seq = startingSeq(exchange);
  const name = streamName(query);
  const stream = streams.open(response, requester);
  const gap = control.events.gapAfter(seq ?? 0) ?? null;
  if (name !== undefined || gap) stream.send({ event: 'hello', data: hello(control, gap) });
  // one tick for both, so that no event falls between what is kept and what comes
  for (const event of seq === undefined ? [] : eventsAfter(control, seq)) send(stream, event);
  const subscription = control.events.subscribe((event) => send(stream, event));
  stream.onClose(() => subscription[Symbol.dispose]());
  if (name !== undefined) streams.openTags(name, requester, stream, control);
  return streaming;
}

function send(stream: EventStream, event: GatewayEvent): void {
  stream.send({ id: event.seq, event: event.type, data: event });
}

function hello({ events: { bootId, lastSeq } }: GatewayControl, gap: EventGap | null): StreamHello {
  return { schema: 'fieldwarden/stream@1', bootId, seq: lastSeq, gap };
}

function streamName(query: URLSearchParams): string | undefined {
  const name = query.get('stream');
  if (name === null) return undefined;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) throw badQuery('stream is 1 to 64 letters, digits, . _ -');
  return name;
}

/** A seq ahead of everything that was given out comes from another home: the client has seen nothing of this one. */
function eventsAfter({ events }: GatewayControl, seq: number): readonly GatewayEvent[] {
  return events.since(seq > events.lastSeq ? 0 : seq);
}

/** `Last-Event-ID` goes before `since`: a reconnecting client repeats the address it began with. */
function startingSeq({ request, query }: HttpExchange): number | undefined {
  const header = request.get('Last-Event-ID');
  if (header !== undefined) {
    if (!/^\d{1,16}$/.test(header)) throw badQuery(`Last-Event-ID is a whole number, not ${JSON.stringify(header)}`);
    return Number(header);
  }
  const seq = wholeNumber(query, 'since', anySeq);
  return seq < 0 ? undefined : seq;
}
