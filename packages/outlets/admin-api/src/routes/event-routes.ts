import type { EventList, GatewayEvent } from '@fieldwarden/admin-contract';
import type { EventStream } from '../event-stream.js';
import type { GatewayControl } from '../gateway-control.js';
import { eventStreamResponse, jsonResponse, queryParameter, type Parameter } from '../openapi/operation.js';
import { wholeNumber } from '../request-parameters.js';
import { badQuery } from '../request-refused.js';
import { ok, streaming, type Answer, type Exchange, type Route } from '../route.js';
import { driverId, namedDriver } from './driver-routes.js';

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

export const eventRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/events',
    operation: {
      operationId: 'streamEvents',
      summary: 'Events of the gateway as they happen; as a list if only JSON is accepted.',
      tags: ['gateway'],
      parameters: [since, lastEventId],
      responses: {
        200: {
          description: `${eventStreamResponse('Events named by their type, with `seq` as id.', 'GatewayEvent').description} With \`Accept: application/json\`: those that are kept, oldest first.`,
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
    operation: {
      operationId: 'listDriverEvents',
      summary: 'The events of one driver that are kept, oldest first.',
      tags: ['drivers'],
      parameters: [driverId, since],
      responses: { 200: jsonResponse('The events.', 'EventList') },
    },
    handle: (exchange) => eventList(exchange, namedDriver(exchange).id),
  },
];

function wantsList({ request }: Exchange): boolean {
  return request.accepts(['text/event-stream', 'application/json']) === 'application/json';
}

function eventList({ control, query }: Exchange, driver: string | undefined): Answer {
  const kept = control.events.since(Math.max(0, wholeNumber(query, 'since', anySeq)));
  const events = driver === undefined ? kept : kept.filter((event) => event.driverId === driver);
  return ok({ schema: 'fieldwarden/events@1', driverId: driver ?? null, events } satisfies EventList);
}

function streamEvents(exchange: Exchange): typeof streaming {
  const { control, response, streams } = exchange;
  const seq = startingSeq(exchange);
  const stream = streams.open(response);
  // one tick for both, so that no event falls between what is kept and what comes
  for (const event of seq === undefined ? [] : eventsAfter(control, seq)) send(stream, event);
  const subscription = control.events.subscribe((event) => send(stream, event));
  stream.onClose(() => subscription[Symbol.dispose]());
  return streaming;
}

function send(stream: EventStream, event: GatewayEvent): void {
  stream.send({ id: event.seq, event: event.type, data: event });
}

/** A seq ahead of everything that is kept comes from before a restart of the gateway: the client has seen nothing of this run. */
function eventsAfter({ events }: GatewayControl, seq: number): readonly GatewayEvent[] {
  const kept = events.since(0);
  return (kept.at(-1)?.seq ?? 0) < seq ? kept : events.since(seq);
}

/** `Last-Event-ID` goes before `since`: a reconnecting client repeats the address it began with. */
function startingSeq({ request, query }: Exchange): number | undefined {
  const header = request.get('Last-Event-ID');
  if (header !== undefined) {
    if (!/^\d{1,16}$/.test(header)) throw badQuery(`Last-Event-ID is a whole number, not ${JSON.stringify(header)}`);
    return Number(header);
  }
  const seq = wholeNumber(query, 'since', anySeq);
  return seq < 0 ? undefined : seq;
}
