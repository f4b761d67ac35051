import {
  GatewayError,
  isGatewayError,
  statusCodes,
  systemClock,
  ValueColumns,
  type ErrorKind,
} from '@fieldwarden/core';
import type { CallContext, DriverSession, ReadPlan, WriteResult } from '@fieldwarden/driver';
import { collectingLogger, FakeClock, waitFor } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { DeviceInvoker } from './device-invoker.js';
import { uniformCalls, type ResilienceSettings } from './status/resilience-settings.js';
import { testSettings } from './testing/test-settings.js';

const plan: ReadPlan = { deviceId: 'd1', points: [] };
const columns = (): ValueColumns => new ValueColumns(0);
const done: readonly WriteResult[] = [{ outcome: 'done', status: statusCodes.Good }];
const item = { point: { path: 'a', address: '1', type: { scalar: 'bool' } }, value: true } as const;

const invokers: DeviceInvoker[] = [];
afterEach(() => {
  for (const invoker of invokers.splice(0)) invoker.dispose();
});

function failure(kind: ErrorKind): GatewayError {
  return new GatewayError({ code: `TEST_${kind.toUpperCase()}`, kind, message: kind });
}

function session(members: Partial<DriverSession>): DriverSession {
  return { close: () => Promise.resolve(), ...members };
}

function invokerFor(
  members: Partial<DriverSession> | undefined,
  {
    clock = new FakeClock(),
    settings = testSettings(),
  }: { clock?: FakeClock | typeof systemClock; settings?: ResilienceSettings } = {},
) {
  const logger = collectingLogger();
  const invoker = new DeviceInvoker({
    driverId: 'drv',
    deviceId: 'd1',
    session: { current: members && session(members) },
    settings,
    clock,
    random: () => 0.5,
    logger,
    onSettled: () => undefined,
    onRetried: () => undefined,
    onLateReply: () => undefined,
    onStatusChanged: () => undefined,
  });
  invokers.push(invoker);
  return { invoker, logger };
}

/** What a promise that must reject rejected with. */
async function rejection(promise: Promise<unknown>): Promise<GatewayError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isGatewayError(outcome)) throw new Error('expected a GatewayError');
  return outcome;
}

describe('DeviceInvoker', () => {
  it('retries a read that timed out and gives its value (§5.2)', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const { invoker } = invokerFor(
      { read: () => (++calls < 3 ? Promise.reject(failure('timeout')) : Promise.resolve()) },
      { clock },
    );
    const read = invoker.read(plan, columns());
    await clock.advance(900);
    await read;
    expect(calls).toBe(3);
    expect(invoker.status).toMatchObject({ state: 'connected', retries: 2, consecutiveFailures: 0 });
  });

  it.each<ErrorKind>(['rejected', 'config', 'unsupported', 'cancelled', 'host-lost', 'bug'])(
    'does not retry a read that failed with kind %s, nor count it towards demotion',
    async (kind) => {
      let calls = 0;
      const { invoker } = invokerFor({ read: () => (calls++, Promise.reject(failure(kind))) });
      for (let i = 0; i < 5; i += 1) expect((await rejection(invoker.read(plan, columns()))).kind).toBe(kind);
      expect(calls).toBe(5);
      expect(invoker.demoted).toBe(false);
    },
  );

  it('never repeats a write that is not idempotent (§5.4)', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const { invoker } = invokerFor({ write: () => (calls++, Promise.reject(failure('timeout'))) }, { clock });
    const error = rejection(invoker.write([item], false, 'c1'));
    await clock.advance(2_000);
    expect((await error).writeOutcome).toBe('unknown');
    expect(calls).toBe(1);
  });

  it('repeats an idempotent write (§5.4)', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const { invoker } = invokerFor(
      { write: () => (++calls === 1 ? Promise.reject(failure('timeout')) : Promise.resolve(done)) },
      { clock },
    );
    const write = invoker.write([item], true, 'c1');
    await clock.advance(500);
    expect(await write).toEqual(done);
    expect(calls).toBe(2);
  });

  it.each<ErrorKind>(['unreachable', 'rejected', 'circuit-open'])(
    'keeps unknown what became of an idempotent write whose first attempt was not answered, although the second ended %s (§5.4)',
    async (kind) => {
      const clock = new FakeClock();
      let calls = 0;
      const { invoker } = invokerFor(
        { write: () => Promise.reject(failure(++calls === 1 ? 'timeout' : kind)) },
        { clock, settings: testSettings({ calls: uniformCalls({ timeoutMs: 1_000, retries: 1 }) }) },
      );
      const error = rejection(invoker.write([item], true, 'c1'));
      await clock.advance(500);
      expect(await error).toMatchObject({ kind, writeOutcome: 'unknown' });
      expect(calls).toBe(2);
    },
  );

  it('says rejected when the device turned the first attempt down and the second was not sent (§5.4)', async () => {
    const clock = new FakeClock();
    const settings = testSettings({ breaker: { failures: 1, probeMs: 100_000, maxProbeMs: 100_000 } });
    const { invoker } = invokerFor({ write: () => Promise.reject(failure('busy')) }, { clock, settings });
    const error = rejection(invoker.write([item], true, 'c1'));
    await clock.advance(500);
    expect(await error).toMatchObject({ kind: 'circuit-open', writeOutcome: 'rejected' });
  });

  it('keeps unknown an item that a later attempt did not get to (§5.4)', async () => {
    const clock = new FakeClock();
    const second: readonly WriteResult[] = [...done, { outcome: 'not-sent', status: statusCodes.BadNoCommunication }];
    let calls = 0;
    const write = (): Promise<readonly WriteResult[]> =>
      ++calls === 1 ? Promise.reject(failure('timeout')) : Promise.resolve(second);
    const { invoker } = invokerFor({ write }, { clock });
    const results = invoker.write([item, item], true, 'c1');
    await clock.advance(500);
    expect((await results).map(({ outcome }) => outcome)).toEqual(['done', 'unknown']);
  });

  it('settles at the total timeout, says that a write in flight is unknown, and counts the late reply (§5.2)', async () => {
    const clock = new FakeClock();
    let answer: (results: readonly WriteResult[]) => void = () => undefined;
    const { invoker } = invokerFor({ write: () => new Promise((resolve) => (answer = resolve)) }, { clock });
    const error = rejection(invoker.write([item], false, 'c1'));
    await clock.advance(1_000);
    expect(await error).toMatchObject({ kind: 'timeout', code: 'CALL_TIMEOUT', writeOutcome: 'unknown' });
    expect(invoker.status).toMatchObject({ depth: 1, consecutiveFailures: 1, lateReplies: 0 });
    answer(done);
    await clock.advance(0);
    expect(invoker.status).toMatchObject({ depth: 0, lateReplies: 1, state: 'unreachable' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts a write that left one of its items without an answer towards demotion (§5.2)', async () => {
    const results: readonly WriteResult[] = [
      { outcome: 'unknown', status: statusCodes.BadTimeout, message: 'silence' },
      { outcome: 'not-sent', status: statusCodes.BadTimeout },
    ];
    const { invoker } = invokerFor({ write: () => Promise.resolve(results) });
    for (let i = 0; i < 3; i += 1) expect(await invoker.write([item, item], false, 'c1')).toEqual(results);
    expect(invoker.demoted).toBe(true);
    expect(invoker.status.lastError).toMatchObject({ error: { kind: 'timeout', message: 'silence' } });
  });

  it('counts no broadcast, which nobody was to answer', async () => {
    const results: readonly WriteResult[] = [{ outcome: 'unknown', status: statusCodes.Uncertain }];
    const { invoker } = invokerFor({ write: () => Promise.resolve(results) });
    for (let i = 0; i < 5; i += 1) expect(await invoker.write([item], false, 'c1')).toEqual(results);
    expect(invoker.status).toMatchObject({ state: 'connected', consecutiveFailures: 0, lastError: undefined });
  });

  it('gives a driver that acts the time to say which items were sent, before its caller is answered (§2)', async () => {
    const clock = new FakeClock();
    const partly: readonly WriteResult[] = [...done, { outcome: 'not-sent', status: statusCodes.BadTimeout }];
    const write: DriverSession['write'] = (_device, _items, { deadlineMs }) =>
      new Promise((resolve) => clock.setTimer(() => resolve(partly), deadlineMs - clock.monotonicMs()));
    const { invoker } = invokerFor({ write }, { clock });
    const results = invoker.write([item, item], false, 'c1');
    await clock.advance(1_000);
    expect(await results).toEqual(partly);
  });

  it('says not-sent for a write that timed out before its turn came', async () => {
    const clock = new FakeClock();
    let sent = 0;
    const never = (): Promise<never> => (sent++, new Promise(() => undefined));
    const { invoker } = invokerFor({ write: never, read: never }, { clock });
    const reads = [rejection(invoker.read(plan, columns())), rejection(invoker.read({ ...plan }, columns()))];
    const write = rejection(invoker.write([item], false, 'c1'));
    await clock.advance(1_000);
    await Promise.all(reads);
    expect(await write).toMatchObject({ kind: 'timeout', writeOutcome: 'not-sent' });
    expect(sent).toBe(2);
  });

  it('refuses with overloaded when the queue is full, and lets writes pass waiting reads (§5.3)', async () => {
    const clock = new FakeClock();
    const order: string[] = [];
    const release: (() => void)[] = [];
    const step = (name: string): Promise<void> => (order.push(name), new Promise((resolve) => release.push(resolve)));
    const { invoker } = invokerFor(
      { read: (p) => step(p.deviceId), write: async () => (await step('write'), done) },
      { clock },
    );
    const running = ['r1', 'r2', 'r3'].map((deviceId) => invoker.read({ deviceId, points: [] }, columns()));
    const write = invoker.write([item], false, 'c1');
    expect((await rejection(invoker.read(plan, columns()))).kind).toBe('overloaded');
    await clock.advance(0);
    for (let i = 0; i < 4; i += 1) {
      release[i]();
      await clock.advance(0);
    }
    await Promise.all([...running, write]);
    expect(order).toEqual(['r1', 'r2', 'write', 'r3']);
  });

  it('is off-scan after the failures in a row that the plant allows, and asks no more (§5.5)', async () => {
    let calls = 0;
    const { invoker, logger } = invokerFor(
      { read: () => (calls++, Promise.reject(failure('protocol'))) },
      {
        settings: testSettings({
          calls: { ...testSettings().calls, read: { timeoutMs: 1_000, retries: 0 } },
          breaker: { failures: 3, probeMs: 60_000, maxProbeMs: 60_000 },
        }),
      },
    );
    for (let i = 0; i < 3; i += 1) await rejection(invoker.read(plan, columns()));
    expect(await rejection(invoker.read(plan, columns()))).toMatchObject({
      kind: 'circuit-open',
      status: statusCodes.BadNoCommunication,
    });
    expect(await rejection(invoker.write([item], false, 'c1'))).toMatchObject({
      kind: 'circuit-open',
      writeOutcome: 'not-sent',
    });
    expect(calls).toBe(3);
    expect(invoker.status).toMatchObject({ state: 'demoted', breaker: 'open', consecutiveFailures: 3 });
    // why it is off-scan, and not that it is
    expect(invoker.status.lastError).toMatchObject({ error: { kind: 'protocol' } });
    expect(logger.messages('warn').some((message) => message.includes('demoted'))).toBe(true);
  });

  it('a refusal by the device proves it alive and ends the row of failures (§5.2)', async () => {
    const answers: ErrorKind[] = ['protocol', 'protocol', 'rejected', 'protocol', 'protocol'];
    const { invoker } = invokerFor(
      { read: () => Promise.reject(failure(answers.shift()!)) },
      { settings: testSettings({ calls: { ...testSettings().calls, read: { timeoutMs: 1_000, retries: 0 } } }) },
    );
    for (let i = 0; i < 5; i += 1) await rejection(invoker.read(plan, columns()));
    expect(invoker.status).toMatchObject({ breaker: 'closed', consecutiveFailures: 2 });
  });

  it('comes back by one successful probe (§5.5)', async () => {
    let alive = false;
    const answer = (): Promise<void> => (alive ? Promise.resolve() : Promise.reject(failure('unreachable')));
    const { invoker } = invokerFor({ read: answer, probe: answer }, { clock: systemClock });
    await rejection(invoker.read(plan, columns()));
    expect(invoker.demoted).toBe(true);
    alive = true;
    await waitFor(() => !invoker.demoted, { what: 'the probe to bring the device back' });
    await invoker.read(plan, columns());
    expect(invoker.status.state).toBe('connected');
  });

  it('lets one call through in place of a probe that the driver does not have', async () => {
    let calls = 0;
    const { invoker } = invokerFor(
      { read: () => (calls++, Promise.reject(failure('unreachable'))) },
      { clock: systemClock },
    );
    await rejection(invoker.read(plan, columns()));
    const before = calls;
    await waitFor(() => invoker.trialWanted, { what: 'half-open' });
    await rejection(invoker.read(plan, columns()));
    await rejection(invoker.read(plan, columns()));
    expect(calls).toBe(before + 1);
  });

  it('probes again after a probe that told nothing (§5.5)', async () => {
    let probes = 0;
    const { invoker } = invokerFor(
      {
        read: () => Promise.reject(failure('unreachable')),
        probe: () => (probes++, Promise.reject(failure('host-lost'))),
      },
      { clock: systemClock },
    );
    await rejection(invoker.read(plan, columns()));
    await waitFor(() => probes >= 2, { what: 'a second probe' });
    expect(invoker.demoted).toBe(true);
  });

  it('fails fast with host-lost while there is no session', async () => {
    const { invoker } = invokerFor(undefined);
    expect(await rejection(invoker.write([item], true, 'c1'))).toMatchObject({
      kind: 'host-lost',
      writeOutcome: 'not-sent',
    });
  });

  it('says what the driver cannot do', async () => {
    const { invoker } = invokerFor({});
    expect(
      await rejection(invoker.discover({ parent: undefined, text: undefined, cursor: undefined, limit: 5 }, 'c1')),
    ).toMatchObject({
      kind: 'unsupported',
      code: 'CAPABILITY_MISSING',
    });
  });

  it('tells a driver that says no from one that says nothing, which is what a wedge looks like', async () => {
    const clock = new FakeClock();
    let answer: () => Promise<void> = () => Promise.resolve();
    const settings = testSettings({ breaker: { failures: null, probeMs: 100, maxProbeMs: 100 } });
    const { invoker } = invokerFor({ read: () => answer() }, { clock, settings });
    await invoker.read(plan, columns());
    answer = () => Promise.reject(failure('rejected'));
    await rejection(invoker.read(plan, columns()));
    expect(invoker.progress).toBe(2);
    answer = () => new Promise(() => undefined);
    const silent = rejection(invoker.read({ ...plan }, columns()));
    await clock.advance(1_000);
    await silent;
    expect(invoker.progress).toBe(2);
    expect(invoker.status).toMatchObject({ exchanging: 1, unanswered: 1, saidConnected: true, state: 'unreachable' });
    answer = () => Promise.reject(failure('config'));
    await rejection(invoker.read({ ...plan }, columns()));
    expect(invoker.status).toMatchObject({ unanswered: 0, saidConnected: false });
  });

  it('hands a signal that aborts when the caller is given up', async () => {
    const clock = new FakeClock();
    let seen: CallContext | undefined;
    const { invoker } = invokerFor(
      { read: (_plan, _into, call) => ((seen = call), new Promise(() => undefined)) },
      { clock },
    );
    const error = rejection(invoker.read(plan, columns()));
    await clock.advance(0);
    expect(seen?.signal.aborted).toBe(false);
    await clock.advance(1_000);
    await error;
    expect(seen?.signal.aborted).toBe(true);
  });

  it('settles every call exactly once, never runs more at a time than allowed, and leaves no slot taken', async () => {
    type Behaviour = { readonly afterMs: number; readonly kind: ErrorKind | undefined };
    const behaviour = fc.record({
      afterMs: fc.integer({ min: 0, max: 1_500 }),
      kind: fc.option(fc.constantFrom<ErrorKind>('timeout', 'unreachable', 'rejected', 'busy', 'bug'), {
        nil: undefined,
      }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { minLength: 1, maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
        async (script, writes) => {
          const clock = new FakeClock();
          let running = 0;
          let most = 0;
          let next = 0;
          const exchange = (): Promise<void> => {
            const { afterMs, kind }: Behaviour = script[next++ % script.length];
            most = Math.max(most, ++running);
            return new Promise((resolve, reject) => {
              clock.setTimer(() => {
                running -= 1;
                if (kind) reject(failure(kind));
                else resolve();
              }, afterMs);
            });
          };
          const settings = testSettings({ breaker: { failures: null, probeMs: 100, maxProbeMs: 100 } });
          const { invoker } = invokerFor(
            { read: exchange, write: async () => (await exchange(), done) },
            { clock, settings },
          );
          let settled = 0;
          for (const isWrite of writes) {
            const call = isWrite ? invoker.write([item], false, 'c') : invoker.read({ ...plan }, columns());
            call.then(() => settled++, () => settled++); // prettier-ignore
          }
          await clock.advance(10_000);
          expect(settled).toBe(writes.length);
          expect(most).toBeLessThanOrEqual(2);
          expect(invoker.status.depth).toBe(0);
          expect(clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
