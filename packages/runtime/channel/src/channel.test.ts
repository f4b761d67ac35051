import { statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import type { AlarmEvent, Point, UpdateBatch } from '@fieldwarden/driver';
import { testCall, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { sessionMembers } from './messages.js';
import { connectClient, type ObservedClient } from './testing/connect-client.js';
import { cutAt } from './testing/cut-at.js';
import { spawnEchoChild } from './testing/echo-child.js';
import { echoTimeMs } from './testing/echo-session.js';
import { startMemoryHost } from './testing/memory-host.js';
import type { Transport } from './wire/transport.js';

interface Far extends AsyncDisposable {
  readonly transport: Transport;
}

const overMemory = (split?: (bytes: Uint8Array) => Uint8Array[]) => (): Far => {
  const { transport } = startMemoryHost({ split });
  return { transport, [Symbol.asyncDispose]: () => Promise.resolve(transport.close()) };
};

const inThrees = (bytes: Uint8Array): Uint8Array[] => cutAt(bytes, [1, 2, 3, 7, 8, 9, 100, bytes.length - 1]);

const noAlarms = { push: () => undefined, fail: () => undefined, lost: () => undefined };

function points(...addresses: readonly string[]): Point[] {
  return addresses.map((address) => ({ path: `test/${address}`, address, type: { scalar: 'float64' } }));
}

async function read({ session }: ObservedClient, ...addresses: readonly string[]): Promise<ValueColumns> {
  const into = new ValueColumns(addresses.length);
  await session.read!(session.prepareRead!('device', points(...addresses)), into, testCall());
  return into;
}

const write = ({ session }: ObservedClient, deviceId: string, ...values: readonly TagValue[]) =>
  session.write!(
    deviceId,
    values.map((value) => ({ point: points('any')[0], value })),
    testCall(),
  );

describe.each([
  ['memory', overMemory()],
  ['memory, cut into small pieces', overMemory(inThrees)],
  ["a real child's extra stdio pipe", spawnEchoChild as () => Far],
])('a session over %s', (_name, open) => {
  it('has exactly the members that the session in the Host has', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const missing = ['describePlan', 'reinitialize', 'flushOptionalCaches'];
    const offered = sessionMembers.filter((name) => !missing.includes(name));
    expect(Object.keys(session).sort()).toEqual([...offered, 'close'].sort());
  });

  it('reads numbers, Bad rows and objects into the columns of the caller', async () => {
    await using far = open();
    const into = await read(
      await connectClient(far.transport),
      'number:1.5',
      'bad',
      'text:ü',
      'bigint:-5',
      'bytes:3',
      'number:NaN',
    );
    expect(into.values[0]).toBe(1.5);
    expect(into.values[5]).toBeNaN();
    expect(into.statuses[1]).toBe(statusCodes.BadDeviceFailure);
    expect([...into.sourceTimes]).toEqual(Array(6).fill(echoTimeMs));
    expect([...into.objects!]).toEqual([
      [2, 'ü'],
      [3, -5n],
      [4, Uint8Array.of(7, 7, 7)],
    ]);
  });

  it('reads a result of more than one frame', async () => {
    await using far = open();
    const into = await read(
      await connectClient(far.transport),
      'huge:3000000',
      'huge:3000001',
      'huge:3000002',
      'number:4',
    );
    expect([0, 1, 2].map((row) => (into.objects!.get(row) as string).length)).toEqual([3000000, 3000001, 3000002]);
    expect(into.values[3]).toBe(4);
  });

  it('prepares plans of more points than one message carries', async () => {
    await using far = open();
    const into = await read(
      await connectClient(far.transport),
      ...Array.from({ length: 12_001 }, (_, row) => `number:${row}`),
    );
    expect(into.values).toEqual(Float64Array.from({ length: 12_001 }, (_, row) => row));
  });

  it('writes any value and returns one result per item', async () => {
    await using far = open();
    const results = await write(
      await connectClient(far.transport),
      'device',
      Number.NaN,
      2n ** 64n - 1n,
      [1n, 2n],
      'x',
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('brings an error back with code, kind, status, outcome and cause', async () => {
    await using far = open();
    const failed = write(await connectClient(far.transport), 'failing', 1);
    await expect(failed).rejects.toMatchObject({
      code: 'ECHO_FAILED',
      kind: 'rejected',
      status: statusCodes.BadNotWritable,
      writeOutcome: 'rejected',
      cause: { message: 'out of range' },
    });
  });

  it('delivers subscribed changes as columns', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const seen: [row: number, value: number | TagValue][] = [];
    const push = ({ length, rows, columns }: UpdateBatch): void => {
      for (let i = 0; i < length; i += 1) seen.push([rows[i], columns.objects?.get(i) ?? columns.values[i]]);
    };
    await session.subscribe!('device', points('number:7', 'text:a'), { push, fail: () => undefined }, testCall());
    expect(seen).toEqual([
      [0, 7],
      [1, 'a'],
    ]);
  });

  it('reads a page of history, and the next one from where it ended', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const query = { fromMs: 1_000, toMs: 9_000, limit: 3, bounds: false, continuation: undefined };
    const first = await session.readRaw!('device', points('number')[0], query, testCall());
    expect(first.values.map(({ value, sourceAtMs }) => [value, sourceAtMs])).toEqual([
      [0, 1_000],
      [1, 1_001],
      [2, 1_002],
    ]);
    const { continuation } = first;
    const second = await session.readRaw!('device', points('number')[0], { ...query, continuation }, testCall());
    expect(second.values[0].sourceAtMs).toBe(1_003);
  });

  it('reads history of more than one frame, in order, and only a value that fits none is missing', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const query = { fromMs: 0, toMs: 9, limit: 7, bounds: false, continuation: undefined };
    const large = await session.readRaw!('device', points('huge:3000000')[0], query, testCall());
    expect(large.values.map(({ value, sourceAtMs }) => [(value as string).length, sourceAtMs])).toEqual(
      Array.from({ length: 7 }, (_, row) => [3_000_000, row]),
    );
    const { values } = await session.readRaw!('device', points('huge:9000000')[0], { ...query, limit: 2 }, testCall());
    const status = statusCodes.BadEncodingLimitsExceeded;
    expect(values).toEqual([
      { value: null, status, sourceAtMs: 0 },
      { value: null, status, sourceAtMs: 1 },
    ]);
  });

  it('refuses history that takes more memory than a page may, and goes on', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const query = { fromMs: 0, toMs: 9, limit: 12, bounds: false, continuation: undefined };
    const refused = session.readRaw!('device', points('huge:7000000')[0], query, testCall({ timeoutMs: 20_000 }));
    await expect(refused).rejects.toMatchObject({ code: 'HISTORY_TOO_LARGE', kind: 'unsupported' });
    const small = await session.readRaw!('device', points('number')[0], query, testCall());
    expect(small.values).toHaveLength(12);
  });

  it('browses: the whole query goes, the page comes back', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const query = { parent: 'DB1', text: 'Speed', cursor: 'here', limit: 7 };
    expect(await session.discover!('device', query, testCall())).toEqual({
      nodes: [{ address: JSON.stringify(query), name: 'device', hasChildren: false }],
      nextCursor: 'next',
    });
  });

  it('brings processed values, values at times, events, methods and acknowledgements', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const page = { fromMs: 0, toMs: 9, limit: 2, continuation: undefined };
    const processed = { ...page, aggregate: 'average', intervalMs: 1 } as const;
    expect(await session.readProcessed!('device', points('number')[0], processed, testCall())).toMatchObject({
      values: [{ value: 0 }, { value: 1 }],
      continuation: undefined,
    });
    const at = await session.readAtTime!('device', points('number')[0], [5, 3], testCall());
    expect(at.map(({ sourceAtMs, status }) => [sourceAtMs, status])).toEqual([
      [5, statusCodes.BadNoData],
      [3, statusCodes.BadNoData],
    ]);
    const { events } = await session.readEvents!('device', page, testCall());
    expect(events.map(({ eventId, atMs }) => [eventId, atMs])).toEqual([
      ['event-0', 0],
      ['event-1', 1],
    ]);
    const inputs = [Number.NaN, 'ü', 2n ** 63n, Uint8Array.of(1), [1, 2]];
    const result = await session.callMethod!('device', { object: '', method: 'echo', inputs }, testCall());
    expect(result).toEqual({ outcome: 'done', status: statusCodes.Good, outputs: inputs });
    const acknowledged = await session.acknowledge!(
      'device',
      ['event-1', 'nothing'].map((eventId) => ({ eventId, conditionId: 'c', comment: '' })),
      testCall(),
    );
    expect(acknowledged.map(({ outcome }) => outcome)).toEqual(['done', 'rejected']);
  });

  it('brings the errors of history and methods back whole', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const page = { fromMs: 0, toMs: 9, limit: 2, continuation: undefined };
    const whole = { code: 'ECHO_FAILED', kind: 'rejected', cause: { message: 'out of range' } };
    await expect(session.readEvents!('failing', page, testCall())).rejects.toMatchObject(whole);
    const method = { object: '', method: 'm', inputs: [] };
    await expect(session.callMethod!('failing', method, testCall())).rejects.toMatchObject(whole);
  });

  it('delivers alarms in their order, each of them, however many come at once', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const seen: string[] = [];
    const push = (events: readonly AlarmEvent[]): void => void seen.push(...events.map(({ eventId }) => eventId));
    const subscription = await session.subscribeAlarms!('siren-950', { ...noAlarms, push }, testCall());
    await waitFor(() => seen.length >= 950, { what: 'all alarms' });
    expect(seen).toEqual(Array.from({ length: 950 }, (_, number) => `event-${number}`));
    await session.unsubscribeAlarms!(subscription, testCall());
  });

  it('says how many alarms were lost when more come than can wait', async () => {
    await using far = open();
    const observed = await connectClient(far.transport);
    let seen = 0;
    let lost = 0;
    const sink = {
      ...noAlarms,
      push: (events: readonly AlarmEvent[]) => void (seen += events.length),
      lost: (count: number) => void (lost += count),
    };
    await observed.session.subscribeAlarms!('siren-5000', sink, testCall());
    await waitFor(() => seen + lost === 5_000, { what: 'all alarms, or their number' });
    expect(seen).toBe(1_000);
    observed.client.ping(1);
    await waitFor(() => observed.pongs.some(({ lostAlarms }) => lostAlarms === 4_000), { what: 'a pong that counts' });
  });

  it('loses an alarm that fits no frame, not silently, and none beside it', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const seen: string[] = [];
    let lost = 0;
    const push = (events: readonly AlarmEvent[]): void => void seen.push(...events.map(({ eventId }) => eventId));
    await session.subscribeAlarms!(
      'loud-9000000',
      { ...noAlarms, push, lost: (count) => void (lost += count) },
      testCall(),
    );
    await waitFor(() => lost === 1, { what: 'the loss to be told' });
    expect(seen).toEqual(['event-0', 'event-2']);
  });

  it('survives a flood of changes: the newest arrive, the rest is counted, calls go on', async () => {
    await using far = open();
    const observed = await connectClient(far.transport);
    let newest = 0;
    const push = ({ length, columns }: UpdateBatch): void => void (newest = columns.values[length - 1]);
    await observed.session.subscribe!(
      'flood',
      points(...Array<string>(500).fill('number:0')),
      { push, fail: () => undefined },
      testCall(),
    );
    await waitFor(() => newest > 50, { what: 'changes of the flood' });
    expect((await read(observed, 'number:3')).values[0]).toBe(3);
    await waitFor(
      () => {
        observed.client.ping(1);
        return observed.pongs.some(({ conflatedValues }) => conflatedValues > 0);
      },
      { what: 'a pong that counts conflated values' },
    );
  });

  it('tells the Host that a caller gave up, and counts what comes all the same', async () => {
    await using far = open();
    const { session, client } = await connectClient(far.transport);
    const controller = new AbortController();
    const abandoned = session.probe!('slow', testCall({ signal: controller.signal }));
    controller.abort();
    await expect(abandoned).rejects.toMatchObject({ kind: 'cancelled' });
    await waitFor(() => client.lateReplies === 1, { what: 'the answer of the cancelled call' });
  });

  it('gives a call up at its deadline, with an outcome that nobody knows', async () => {
    await using far = open();
    const { session, client } = await connectClient(far.transport);
    const items = [{ point: points('any')[0], value: 1 }];
    const late = session.write!('slow', items, testCall({ timeoutMs: 20 }));
    await expect(late).rejects.toMatchObject({ kind: 'timeout', writeOutcome: 'unknown' });
    await waitFor(() => client.lateReplies === 1, { what: 'the answer of the cancelled call' });
  });

  it('drains: calls in flight finish, new ones are refused', async () => {
    await using far = open();
    const { session, client, drained } = await connectClient(far.transport);
    const controller = new AbortController();
    const inFlight = session.probe!('slow', testCall({ signal: controller.signal }));
    client.drain();
    await expect(session.probe!('device', testCall())).rejects.toMatchObject({
      kind: 'host-lost',
      writeOutcome: 'not-sent',
    });
    expect(drained()).toBe(false);
    controller.abort();
    await expect(inFlight).rejects.toMatchObject({ kind: 'cancelled' });
    await waitFor(drained, { what: 'the Host to have drained' });
  });
});
