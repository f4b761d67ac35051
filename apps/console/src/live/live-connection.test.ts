import { gatewayEventTypes, type GatewayEvent } from '@fieldwarden/gateway-contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../platform/test-clock.js';
import type { EventSourceLike } from './event-source.js';
import { eventTypes, LiveConnection } from './live-connection.js';

class TestSource implements EventSourceLike {
  readonly url: string;
  closed = false;
  readonly #listeners = new Map<string, (data: string) => void>();
  open = (): void => undefined;
  fail = (): void => undefined;

  constructor(url: string) {
    this.url = url;
  }

  on(type: string, listener: (data: string) => void): void {
    this.#listeners.set(type, listener);
  }

  onOpen(listener: () => void): void {
    this.open = listener;
  }

  onError(listener: () => void): void {
    this.fail = listener;
  }

  close(): void {
    this.closed = true;
  }

  send(type: string, data: unknown): void {
    this.#listeners.get(type)?.(JSON.stringify(data));
  }

  event(seq: number): void {
    this.send('driver', {
      seq,
      at: '2030-01-01T00:00:00.000Z',
      type: 'driver',
      driverId: 'packaging',
      message: `event ${seq}`,
    } satisfies GatewayEvent);
  }
}

let clock: TestClock;
let sources: TestSource[];
let heard: string[];
let connection: LiveConnection;

const source = (): TestSource => sources.at(-1)!;

beforeEach(() => {
  clock = new TestClock();
  sources = [];
  heard = [];
  const open = (url: string): EventSourceLike => {
    sources.push(new TestSource(url));
    return source();
  };
  connection = new LiveConnection(
    { open, clock, random: () => 1, streamId: 'me', baseUrl: '/api/v1' },
    {
      event: ({ seq }) => heard.push(`event ${seq}`),
      values: (values) => heard.push(`values ${values.length}`),
      readings: (readings) => heard.push(`readings ${readings.length}`),
      connected: () => heard.push('connected'),
      reset: () => heard.push('reset'),
    },
  );
});

function connect(bootId = 'boot-1', seq = 0): void {
  connection.start();
  source().open();
  source().send('hello', { schema: 'fieldwarden/stream@1', bootId, seq });
}

describe('the live connection', () => {
  it('passes events and batches of values on', () => {
    connect();
    source().event(1);
    source().send('tag', { values: [{}, {}] });
    expect(heard).toEqual(['connected', 'event 1', 'values 2']);
    expect(connection.state.get().phase).toBe('live');
  });

  it('says at once that it is lost, since when, and when it tries again', () => {
    connect();
    clock.advance(60_000);
    const lostAt = clock.now();
    source().fail();
    expect(connection.state.get()).toEqual({ phase: 'lost', since: lostAt, nextAttemptAt: lostAt + 500 });
    clock.advance(500);
    source().fail();
    expect(connection.state.get()).toEqual({ phase: 'lost', since: lostAt, nextAttemptAt: lostAt + 500 + 1_000 });
    expect(sources).toHaveLength(2);
    expect(sources[0].closed).toBe(true);
  });

  it('continues behind the last event it has seen', () => {
    connect();
    source().event(41);
    source().fail();
    clock.advance(500);
    expect(source().url).toBe('/api/v1/events?stream=me&since=41');
    source().open();
    source().send('hello', { schema: 'fieldwarden/stream@1', bootId: 'boot-1', seq: 42 });
    source().event(42);
    expect(heard).toEqual(['connected', 'event 41', 'connected', 'event 42']);
  });

  it('begins anew after a restart of the gateway', () => {
    connect();
    source().event(41);
    source().fail();
    clock.advance(500);
    source().open();
    source().send('hello', { schema: 'fieldwarden/stream@1', bootId: 'boot-2', seq: 3 });
    expect(heard.at(-1)).toBe('reset');
    source().event(4);
    expect(heard.at(-1)).toBe('event 4');
  });

  it('begins anew when an event is missing', () => {
    connect();
    source().event(1);
    source().event(3);
    expect(heard.slice(-2)).toEqual(['event 1', 'reset']);
  });

  it('gives up an attempt that neither opens nor fails', () => {
    connection.start();
    clock.advance(8_000);
    expect(source().closed).toBe(true);
    expect(connection.state.get().phase).toBe('lost');
  });

  it('takes the word of others that the gateway is gone', () => {
    connect();
    connection.suspect();
    expect(connection.state.get().phase).toBe('lost');
    connection.retryNow();
    expect(sources).toHaveLength(2);
  });

  it('hears nothing of a stream that it has left', () => {
    connect();
    const [first] = sources;
    first.fail();
    clock.advance(500);
    first.open();
    first.event(9);
    expect(heard).toEqual(['connected']);
    expect(connection.state.get().phase).toBe('lost');
  });

  it('leaves no timer and no stream behind when it stops', () => {
    connect();
    source().fail();
    connection.stop('paused');
    expect(clock.waiting).toBe(0);
    expect(connection.state.get().phase).toBe('paused');
    connection.start();
    expect(sources).toHaveLength(2);
  });
});

it('listens to every type of event: one that it missed would look like a gap', () => {
  expect([...eventTypes, 'tag'].sort()).toEqual([...gatewayEventTypes].sort());
});
