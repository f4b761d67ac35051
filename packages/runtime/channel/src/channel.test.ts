import { statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import type { Point, UpdateBatch } from '@fieldwarden/driver';
import { testCall, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { connectClient, type ObservedClient } from './testing/connect-client.js';
import { cutAt } from './testing/cut-at.js';
import { spawnEchoChild } from './testing/echo-child.js';
import { echoTimeMs } from './testing/echo-session.js';
import { startMemoryHost } from './testing/memory-host.js';
import type { Transport } from './transport.js';

interface Far extends AsyncDisposable {
  readonly transport: Transport;
}

const overMemory = (split?: (bytes: Uint8Array) => Uint8Array[]) => (): Far => {
  const { transport } = startMemoryHost({ split });
  return { transport, [Symbol.asyncDispose]: () => Promise.resolve(transport.close()) };
};

const inThrees = (bytes: Uint8Array): Uint8Array[] => cutAt(bytes, [1, 2, 3, 7, 8, 9, 100, bytes.length - 1]);

function points(...addresses: readonly string[]): Point[] {
  return addresses.map((address) => ({ path: `test/${address}`, address, type: { scalar: 'float64' } }));
}

async function read({ session }: ObservedClient, ...addresses: readonly string[]): Promise<ValueColumns> {
  const into = new ValueColumns(addresses.length);
  await session.read!(session.prepareRead!('device', points(...addresses)), into, testCall());
  return into;
}

const write = ({ session }: ObservedClient, deviceId: string, ...values: readonly TagValue[]) =>
  session.write!(deviceId, values.map((value) => ({ point: points('any')[0], value })), testCall()); // prettier-ignore

describe.each([
  ['memory', overMemory()],
  ['memory, cut into small pieces', overMemory(inThrees)],
  ["a real child's extra stdio pipe", spawnEchoChild as () => Far],
])('a session over %s', (_name, open) => {
  it('has exactly the members that the session in the Host has', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const optional = ['prepareRead', 'read', 'write', 'probe', 'subscribe', 'unsubscribe', 'memoryFootprint', 'close'];
    expect(Object.keys(session).sort()).toEqual(optional.sort());
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
    expect([...into.objects!]).toEqual([[2, 'ü'], [3, -5n], [4, Uint8Array.of(7, 7, 7)]]); // prettier-ignore
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
      code: 'ECHO_FAILED', kind: 'rejected', status: statusCodes.BadNotWritable, writeOutcome: 'rejected',
      cause: { message: 'out of range' },
    }); // prettier-ignore
  });

  it('delivers subscribed changes as columns', async () => {
    await using far = open();
    const { session } = await connectClient(far.transport);
    const seen: [row: number, value: number | TagValue][] = [];
    const push = ({ length, rows, columns }: UpdateBatch): void => {
      for (let i = 0; i < length; i += 1) seen.push([rows[i], columns.objects?.get(i) ?? columns.values[i]]);
    };
    await session.subscribe!('device', points('number:7', 'text:a'), { push, fail: () => undefined }, testCall());
    expect(seen).toEqual([[0, 7], [1, 'a']]); // prettier-ignore
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
