import { connect } from 'node:net';
import { collectingLogger, FakeClock, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { call, open, ReceivedEvents } from '../testing/api-client.js';
import { TestServer } from '../testing/test-server.js';

async function follow(server: TestServer, path: string, headers: Record<string, string> = {}): Promise<ReceivedEvents> {
  return new ReceivedEvents(await open(server.socket, path, { headers }));
}

test('streams events as they happen, with seq as id and type as name', async () => {
  await using server = await TestServer.start();
  server.control.publish({ message: 'before' });
  const stream = await follow(server, '/events');
  server.control.publish({ message: 'Host is gone', type: 'host', driverId: 'packaging' });
  await waitFor(() => stream.events.length > 0, { what: 'the event' });
  expect(stream.events).toEqual([
    {
      id: '2',
      event: 'host',
      data: { seq: 2, at: '2030-01-01T00:00:00.000Z', type: 'host', driverId: 'packaging', message: 'Host is gone' },
    },
  ]);
  expect(stream.message.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(stream.message.headers['x-correlation-id']).toMatch(/^[0-9a-f]{16}$/);
});

test.each<[from: string, query: string, headers: Record<string, string>, expected: number[]]>([
  ['?since=', '?since=1', {}, [2, 3, 4]],
  ['?since=0', '?since=0', {}, [1, 2, 3, 4]],
  ['Last-Event-ID', '', { 'last-event-id': '2' }, [3, 4]],
  ['Last-Event-ID before ?since=', '?since=0', { 'last-event-id': '2' }, [3, 4]],
  ['a seq of an earlier run of the gateway', '?since=900', {}, [1, 2, 3, 4]],
])('continues without a gap from %s', async (_, query, headers, expected) => {
  await using server = await TestServer.start();
  for (const message of ['one', 'two', 'three']) server.control.publish({ message });
  const stream = await follow(server, `/events${query}`, headers);
  server.control.publish({ message: 'four' });
  const numbered = () => stream.events.filter(({ event }) => event !== 'hello');
  await waitFor(() => numbered().length === expected.length, { what: 'the events' });
  expect(numbered().map(({ id }) => Number(id))).toEqual(expected);
});

test('begins with a hello that says what may have been missed, when it cannot go on where the client stopped (§5.8)', async () => {
  await using server = await TestServer.start();
  server.control.publish({ message: 'one' });
  const stream = await follow(server, '/events', { 'last-event-id': '900' });
  await waitFor(() => stream.events.length === 2, { what: 'hello and the event' });
  const gap = { afterSeq: 900, nextSeq: 1, restarted: true };
  expect(stream.events[0]).toEqual({
    event: 'hello',
    data: { schema: 'fieldwarden/stream@1', bootId: 'boot-1', seq: 1, gap },
  });
  const list = await call(server.socket, '/events?since=900', { headers: { accept: 'application/json' } });
  expect(list.json).toMatchObject({ bootId: 'boot-1', gap, events: [{ seq: 1 }] });
});

test('begins with a hello whenever the stream has a name', async () => {
  await using server = await TestServer.start();
  const stream = await follow(server, '/events?stream=page-1');
  await waitFor(() => stream.events.length === 1, { what: 'hello' });
  expect(stream.events[0].data).toEqual({ schema: 'fieldwarden/stream@1', bootId: 'boot-1', seq: 0, gap: null });
  expect(await call(server.socket, '/events?stream=a/b')).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
});

test.each<[query: string, headers: Record<string, string>]>([
  ['?since=soon', {}],
  ['', { 'last-event-id': 'x' }],
])('refuses a beginning that is no number (%j, %j)', async (query, headers) => {
  await using server = await TestServer.start();
  expect(await call(server.socket, `/events${query}`, { headers })).toMatchObject({
    status: 400,
    json: { code: 'BAD_QUERY' },
  });
});

test('lists the kept events for a client that accepts only JSON', async () => {
  await using server = await TestServer.start();
  for (const message of ['one', 'two']) server.control.publish({ message });
  const answer = await call(server.socket, '/events?since=1', { headers: { accept: 'application/json' } });
  expect(answer.json).toMatchObject({
    schema: 'fieldwarden/events@1',
    driverId: null,
    events: [{ seq: 2, message: 'two' }],
  });
});

test('lists the kept events of one driver', async () => {
  await using server = await TestServer.start();
  server.control.publish({ message: 'mine', driverId: 'packaging' });
  server.control.publish({ message: 'of another', driverId: 'other' });
  const { json } = await call(server.socket, '/drivers/packaging/events');
  expect(json).toMatchObject({ schema: 'fieldwarden/events@1', driverId: 'packaging', events: [{ message: 'mine' }] });
  expect((json as { events: unknown[] }).events).toHaveLength(1);
});

test('keeps an idle stream alive with comments', async () => {
  const clock = new FakeClock();
  await using server = await TestServer.start({ clock, streams: { keepAliveMs: 15_000 } });
  const stream = await follow(server, '/events');
  await clock.advance(30_000);
  await waitFor(() => stream.comments.length === 2, { what: 'two comments' });
  expect(stream.comments).toEqual([': keep-alive', ': keep-alive']);
  stream.message.destroy();
  await waitFor(() => clock.pendingTimers === 0, { what: 'the end of the keep-alive timer' });
  await clock.advance(0);
});

test('forgets a client that has gone', async () => {
  await using server = await TestServer.start();
  const stream = await follow(server, '/events');
  expect(server.control.listeners).toBe(1);
  stream.message.destroy();
  await waitFor(() => server.control.listeners === 0, { what: 'the end of the subscription' });
});

test('drops a client that reads too slowly, and no other', async () => {
  const logger = collectingLogger();
  await using server = await TestServer.start({ logger, streams: { maxBufferedBytes: 100_000 } });
  const slow = await open(server.socket, '/events');
  slow.on('error', () => undefined);
  const quick = await follow(server, '/events');
  const message = 'x'.repeat(20_000);
  let published = 0;
  await waitFor(
    () => {
      server.control.publish({ message });
      published += 1;
      return server.control.listeners === 1;
    },
    { what: 'the slow client to be dropped' },
  );
  await waitFor(() => quick.events.length === published, { what: 'every event at the quick client' });
  expect(logger.messages('warn')).toEqual([expect.stringContaining('reads too slowly')]);
  slow.destroy();
});

test('refuses more streams than it may hold open, until one ends', async () => {
  await using server = await TestServer.start({ streams: { maxStreams: 1 } });
  const first = await follow(server, '/events');
  expect(await call(server.socket, '/events')).toMatchObject({ status: 503, json: { code: 'TOO_MANY_STREAMS' } });
  expect(await call(server.socket, '/logs?follow=true')).toMatchObject({
    status: 503,
    json: { code: 'TOO_MANY_STREAMS' },
  });
  first.message.destroy();
  await waitFor(() => server.control.listeners === 0, { what: 'the end of the first' });
  const second = await follow(server, '/events');
  expect(second.message.statusCode).toBe(200);
});

test('answers HEAD on a stream with its head only, even to a client that keeps the connection', async () => {
  await using server = await TestServer.start();
  const connection = connect(server.socketPath).setEncoding('utf8');
  let received = '';
  connection.on('data', (chunk: string) => (received += chunk));
  connection.write('HEAD /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await waitFor(() => received.endsWith('\r\n\r\n'), { what: 'the head' });
  await waitFor(() => server.control.listeners === 0, { what: 'the end of the subscription' });
  expect([received.startsWith('HTTP/1.1 200'), connection.closed]).toEqual([true, false]);
  connection.destroy();
});
