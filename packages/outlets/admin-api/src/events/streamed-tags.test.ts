import type { TagValuesEvent } from '@fieldwarden/admin-contract';
import { FakeClock, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { componentSchemas } from '../openapi/component-schemas.js';
import { call, open, ReceivedEvents } from '../testing/api-client.js';
import { differences } from '../testing/conforms.js';
import { TestServer } from '../testing/test-server.js';

const schemas = componentSchemas();

async function follow(server: TestServer, path: string): Promise<ReceivedEvents> {
  return new ReceivedEvents(await open(server.socket, path));
}

describe('tags of a stream (§2)', () => {
  const speed = 'packaging/filler/speed';
  const setpoint = 'packaging/filler/setpoint';
  const watch = async (server: TestServer, paths: unknown, stream = 'page-1', door = server.socket) =>
    await call(door, `/events/streams/${stream}/tags`, { method: 'PUT', body: { paths } });
  const valuesOf = ({ events }: ReceivedEvents) =>
    events.filter(({ event }) => event === 'tag').map(({ data }) => (data as TagValuesEvent).values);

  it('come at once when newly watched, then as they change, gathered, the latest of each', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock });
    const stream = await follow(server, '/events?stream=page-1');
    const answer = await watch(server, [speed, setpoint, speed, 'no/such']);
    expect(answer.json).toEqual({ schema: 'fieldwarden/watched-tags@1', stream: 'page-1', known: 2, unknown: 1 });
    await clock.advance(100);
    await waitFor(() => valuesOf(stream).length === 1, { what: 'present values' });
    for (const value of [1, 2, 3]) server.control.change(speed, { value });
    await clock.advance(99);
    server.control.change(speed, { value: 4 });
    await clock.advance(1);
    await waitFor(() => valuesOf(stream).length === 2, { what: 'the change' });
    expect(valuesOf(stream)).toEqual([
      [expect.objectContaining({ path: speed }), expect.objectContaining({ path: setpoint, value: 12.5 })],
      [expect.objectContaining({ path: speed, value: 4 })],
    ]);
    expect(differences({ values: valuesOf(stream)[0] }, schemas.TagValues, schemas)).toEqual([]);
  });

  it('come with the time of their reading once a second, where they were read again without a change', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock });
    const stream = await follow(server, '/events?stream=page-1');
    await watch(server, [speed]);
    await clock.advance(100);
    await waitFor(() => valuesOf(stream).length === 1, { what: 'the present value' });
    server.control.readAgain(speed, '2030-01-01T00:00:07.000Z');
    const readings = () => stream.events.filter(({ event }) => event === 'reading').map(({ data }) => data);
    await clock.advance(800);
    expect(readings()).toEqual([]);
    await clock.advance(100);
    await waitFor(() => readings().length === 1, { what: 'the reading' });
    expect(readings()).toEqual([{ readings: [{ sourceAt: '2030-01-01T00:00:07.000Z', paths: [speed] }] }]);
    expect(differences(readings()[0], schemas.TagReadings, schemas)).toEqual([]);
    await clock.advance(5_000);
    expect([readings().length, valuesOf(stream).length]).toEqual([1, 1]);
  });

  it('are replaced as a whole: what is no longer watched comes no more, what stays does not come anew', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock });
    const stream = await follow(server, '/events?stream=page-1');
    await watch(server, [speed]);
    await clock.advance(100);
    await watch(server, [speed, setpoint]);
    await clock.advance(100);
    await watch(server, [setpoint]);
    server.control.change(speed, { value: 99 });
    server.control.change(setpoint, { value: 7 });
    await clock.advance(100);
    await waitFor(() => valuesOf(stream).length === 3, { what: 'three batches' });
    expect(valuesOf(stream).map((values) => values.map(({ path }) => path))).toEqual([[speed], [setpoint], [setpoint]]);
  });

  it('belong to their stream and its owner: anybody else gets 404', async () => {
    await using server = await TestServer.start();
    await follow(server, '/events?stream=page-1');
    expect(await watch(server, [speed], 'page-2')).toMatchObject({ status: 404, json: { code: 'STREAM_UNKNOWN' } });
    expect((await watch(server, [speed], 'page-1', server.tcp)).status).toBe(404);
  });

  it.each([[undefined], ['a'], [[1]], [Array.from({ length: 5_001 }, (_, i) => `a/${i}`)]])(
    'are a list of paths',
    async (paths) => {
      await using server = await TestServer.start();
      await follow(server, '/events?stream=page-1');
      expect(await watch(server, paths)).toMatchObject({ status: 400, json: { code: 'BAD_BODY' } });
    },
  );

  it('end with their stream, and a stream opened again under its name takes its place', async () => {
    await using server = await TestServer.start();
    const first = await follow(server, '/events?stream=page-1');
    const second = await follow(server, '/events?stream=page-1');
    await waitFor(() => first.ended, { what: 'the end of the first' });
    expect((await watch(server, [speed])).status).toBe(200);
    second.message.destroy();
    await waitFor(() => server.control.listeners === 0, { what: 'the end of the second' });
    expect((await watch(server, [speed])).status).toBe(404);
  });

  it('wait for a client that does not read, as one value each, and the client is not dropped for it', async () => {
    await using server = await TestServer.start({ streams: { maxBufferedBytes: 300_000 } });
    const paths = Array.from({ length: 1_000 }, (_, i) => `line/machine-${i}/${'x'.repeat(60)}`);
    const value = 'y'.repeat(1_000);
    for (const path of paths) server.control.change(path, { value });
    const message = await open(server.socket, '/events?stream=page-1');
    await watch(server, paths);
    const taken = () => server.control.taken;
    await waitFor(() => taken() > 0, { what: 'the first batch' });
    let before = -1;
    await waitFor(
      () => {
        const stands = taken() === before;
        before = taken();
        for (const path of paths) server.control.change(path, { value: `${value}${before}` });
        return stands;
      },
      { what: 'the stream to be full', intervalMs: 250 },
    );
    for (const path of paths) server.control.change(path, { value: 'last' });
    const received = new ReceivedEvents(message);
    await waitFor(
      () =>
        valuesOf(received)
          .flat()
          .filter((each) => each.value === 'last').length === 1_000,
      {
        what: 'the last value of every tag',
      },
    );
    expect(received.ended).toBe(false);
  });
});
