import { GatewayError, isGatewayError, statusCodes, type ErrorKind } from '@fieldwarden/core';
import type { DriverSession, WriteItem, WriteResult } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { collectingAudit, collectingLogger, FakeClock, type CollectingLogger, testOrigin } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { TagStore } from '../store/tag-store.js';
import { testInvoker } from '../testing/test-invoker.js';
import { tag } from '../testing/test-tags.js';
import type { WriteReply } from '@fieldwarden/gateway-contract';
import { WriteRequests } from './write-requests.js';

const origin = testOrigin({ correlationId: 'c1' });
const audit = collectingAudit();
const done: WriteResult = { outcome: 'done', status: statusCodes.Good };

describe('a request of several values (§5.4)', () => {
  let calls: (readonly WriteItem[])[];
  let reads: number;
  let shown: Map<string, number>;
  let answer: (items: readonly WriteItem[]) => Promise<readonly WriteResult[]>;
  let logger: CollectingLogger;
  let store: TagStore;
  let writes: WriteRequests;
  let invoker: DeviceInvoker;

  beforeEach(() => {
    const clock = new FakeClock();
    logger = collectingLogger();
    store = new TagStore(clock, logger);
    calls = [];
    reads = 0;
    shown = new Map();
    answer = (items) => Promise.resolve(items.map(() => done));
    const session: DriverSession = {
      close: () => Promise.resolve(),
      write: (_device, items) => (calls.push(items), answer(items)),
      prepareRead: (deviceId, points) => ({ deviceId, points }),
      read: (plan, into) => {
        reads++;
        plan.points.forEach(({ path, type }, row) => into.set(row, shown.get(path) ?? 0, type, 1));
        return Promise.resolve();
      },
    };
    invoker = testInvoker(session, { clock, timeoutMs: 1_000, failures: null });
    writes = new WriteRequests({
      store,
      clock,
      logger,
      audit,
      invokerOf: (driver) => (driver === 'gone' ? undefined : invoker),
    });
  });

  afterEach(() => invoker.dispose());

  function define(...tags: readonly (readonly [path: string, more?: Partial<TagDefinition>])[]): void {
    store.define(tags.map(([path, more]) => tag(path, { access: 'read-write', ...more })));
  }

  const write = (...values: readonly (readonly [path: string, value: number])[]): Promise<readonly WriteReply[]> =>
    writes.writeMany(
      values.map(([path, value]) => ({ handle: store.handleOf(path) ?? 0, value })),
      origin,
    );

  const said = (replies: readonly WriteReply[]): string[] =>
    replies.map((reply) => (isGatewayError(reply) ? reply.code : reply.outcome));

  const called = (): string[][] =>
    calls.map((items) => items.map(({ point, value }) => `${point.path}=${String(value)}`));

  const fail = (kind: ErrorKind): Promise<never> =>
    Promise.reject(new GatewayError({ code: 'T', kind, message: 'because' }));

  it('goes to the driver of a device as one call, in its order', async () => {
    define(['a'], ['b'], ['c']);
    expect(said(await write(['c', 1], ['a', 2], ['b', 3]))).toEqual(['done', 'done', 'done']);
    expect(called()).toEqual([['c=1', 'a=2', 'b=3']]);
  });

  it('keeps what may be repeated apart from what must not', async () => {
    define(['start'], ['setpoint', { writeIdempotent: true }], ['speed', { writeIdempotent: true }]);
    await write(['setpoint', 1], ['start', 1], ['speed', 2]);
    expect(called()).toEqual([['setpoint=1', 'speed=2'], ['start=1']]);
  });

  it('answers each value for itself; what is refused beforehand does not hold up the others', async () => {
    define(
      ['a'],
      ['limited', { limits: { max: 5 } }],
      ['fixed', { access: 'read-only' }],
      ['b'],
      ['c', { driverId: 'gone' }],
    );
    answer = () => Promise.resolve([done, { outcome: 'rejected', status: statusCodes.BadOutOfRange, message: 'no' }]);
    const replies = await write(['a', 1], ['limited', 6], ['fixed', 1], ['nowhere', 1], ['b', 2], ['c', 3]);
    expect(said(replies)).toEqual([
      'done',
      'VALUE_OUT_OF_LIMITS',
      'TAG_READ_ONLY',
      'TAG_UNKNOWN',
      'rejected',
      'DRIVER_STOPPED',
    ]);
    expect(called()).toEqual([['a=1', 'b=2']]);
    expect(logger.messages('info')).toEqual(['write a = 1: done', 'write b = 2: rejected (BadOutOfRange: no)']);
  });

  it('is cut into calls that end within their timeout', async () => {
    const paths = Array.from({ length: 250 }, (_, i) => `t${i}`);
    define(...paths.map((path) => [path] as const));
    await write(...paths.map((path, i) => [path, i] as const));
    expect(calls.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it.each(['timeout', 'unreachable', 'host-lost'] as const)(
    'asks a device that ended a call with %s nothing more, and says so of the rest',
    async (kind) => {
      define(['a'], ['b', { writeIdempotent: true }]);
      answer = () => fail(kind);
      const replies = await write(['a', 1], ['b', 2]);
      expect(replies[1]).toMatchObject({ outcome: 'not-sent', status: statusCodes.BadNoCommunication });
      expect(called()).toEqual([['a=1']]);
    },
  );

  it('asks a device that left a value without an answer nothing more', async () => {
    define(['a'], ['b', { writeIdempotent: true }]);
    answer = () => Promise.resolve([{ outcome: 'unknown', status: statusCodes.BadTimeout }]);
    expect(said(await write(['a', 1], ['b', 2]))).toEqual(['unknown', 'not-sent']);
    expect(called()).toEqual([['a=1']]);
  });

  it('goes on after a broadcast, which nobody was to answer', async () => {
    define(['a'], ['b', { writeIdempotent: true }]);
    answer = () => Promise.resolve([{ outcome: 'unknown', status: statusCodes.Uncertain }]);
    expect(said(await write(['a', 1], ['b', 2]))).toEqual(['unknown', 'unknown']);
    expect(called()).toEqual([['a=1'], ['b=2']]);
  });

  it('goes on with a device that answered, although it was busy', async () => {
    define(['a'], ['b', { writeIdempotent: true }]);
    answer = (items) => (items[0].point.path === 'a' ? fail('busy') : Promise.resolve([done]));
    expect(said(await write(['a', 1], ['b', 2]))).toEqual(['rejected', 'done']);
  });

  it('reads back what asks for it in one read, each value after the call that wrote it', async () => {
    define(['a', { verify: true }], ['b', { verify: true }], ['c']);
    answer = (items) => {
      for (const { point, value } of items) shown.set(point.path, point.path === 'b' ? -1 : (value as number));
      return Promise.resolve(items.map(() => done));
    };
    expect(said(await write(['a', 1], ['b', 2], ['c', 3]))).toEqual(['done', 'rejected', 'done']);
    expect(reads).toBe(1);
    expect(said(await write(['a', 1], ['a', 2]))).toEqual(['done', 'done']);
    expect(called().slice(1)).toEqual([['a=1'], ['a=2']]);
  });

  it('calls unknown what a driver says nothing about', async () => {
    define(['a'], ['b']);
    answer = () => Promise.resolve([done]);
    expect(said(await write(['a', 1], ['b', 2]))).toEqual(['done', 'unknown']);
  });

  it('by paths refuses what does not convert, and writes the rest', async () => {
    define(['a'], ['b']);
    const replies = await writes.writePaths(
      [
        { path: 'a', json: 'text' },
        { path: 'b', json: 2 },
      ],
      origin,
    );
    expect(said(replies)).toEqual(['VALUE_TYPE_MISMATCH', 'done']);
    expect(called()).toEqual([['b=2']]);
  });
});
