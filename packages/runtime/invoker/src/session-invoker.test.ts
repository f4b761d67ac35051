import type { DriverSession, ReadPlan } from '@fieldwarden/driver';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { SessionInvoker } from './session-invoker.js';
import { failure, rejection } from './testing/test-device.js';

const plan: ReadPlan = { deviceId: 'd1', points: [] };

function services(members: Partial<DriverSession> | undefined) {
  const clock = new FakeClock();
  const logger = collectingLogger();
  const session = members && { close: () => Promise.resolve(), ...members };
  return {
    clock,
    logger,
    invoker: new SessionInvoker({ driverId: 'drv', session: { current: session }, clock, logger }),
  };
}

const broken = (): never => {
  throw new RangeError('broken');
};

describe('services of a session (§5.6)', () => {
  it('are asked of the session as it is', async () => {
    let flushed = 0;
    const { invoker } = services({
      prepareRead: (deviceId, points) => ({ deviceId, points }),
      describePlan: () => ({ requests: [], estimatedCycleMs: 3 }),
      memoryFootprint: () => 42,
      flushOptionalCaches: () => {
        flushed += 1;
      },
      setDevices: () => Promise.resolve(),
      reinitialize: () => Promise.resolve(),
    });
    expect(invoker.prepareRead('d1', [])).toEqual(plan);
    expect(await invoker.describePlan(plan)).toEqual({ requests: [], estimatedCycleMs: 3 });
    expect(invoker.memoryFootprint()).toBe(42);
    invoker.flushOptionalCaches();
    expect(flushed).toBe(1);
    await invoker.setDevices([]);
    expect(await invoker.reinitialize()).toBe(true);
    expect([invoker.supports('describePlan'), invoker.supports('discover'), invoker.lacks('discover')]).toEqual([true, false, true]); // prettier-ignore
  });

  it('that the driver does not have are refused, or are nothing', async () => {
    const { invoker } = services({});
    expect(() => invoker.prepareRead('d1', [])).toThrow(expect.objectContaining({ kind: 'unsupported' }));
    expect((await rejection(invoker.describePlan(plan))).kind).toBe('unsupported');
    expect((await rejection(invoker.setDevices([]))).kind).toBe('unsupported');
    expect(invoker.memoryFootprint()).toBeNull();
    invoker.flushOptionalCaches();
    expect(await invoker.reinitialize()).toBe(false);
  });

  it('fail as host-lost while no session runs', async () => {
    const { invoker } = services(undefined);
    expect(() => invoker.prepareRead('d1', [])).toThrow(expect.objectContaining({ kind: 'host-lost' }));
    expect((await rejection(invoker.describePlan(plan))).kind).toBe('host-lost');
    expect([invoker.supports('read'), invoker.lacks('read'), invoker.memoryFootprint()]).toEqual([false, false, null]);
    expect(await invoker.reinitialize()).toBe(false);
  });

  it('that throw, at once or later, hurt nobody', async () => {
    const { invoker, logger } = services({
      prepareRead: broken, describePlan: broken, memoryFootprint: broken, flushOptionalCaches: broken,
      reinitialize: broken, setDevices: () => Promise.reject(failure('rejected')),
    }); // prettier-ignore
    expect(() => invoker.prepareRead('d1', [])).toThrow(expect.objectContaining({ kind: 'bug', message: 'broken' }));
    expect(await rejection(invoker.describePlan(plan))).toMatchObject({ kind: 'bug', message: 'broken' });
    expect((await rejection(invoker.setDevices([]))).kind).toBe('rejected');
    expect(invoker.memoryFootprint()).toBeNull();
    invoker.flushOptionalCaches();
    expect(await invoker.reinitialize()).toBe(false);
    expect(logger.messages('warn')).toHaveLength(3);
  });

  it('that do not answer end after 10 s, and leave no timer when they do', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const { invoker, clock } = services({
      reinitialize: never,
      describePlan: never,
      setDevices: () => Promise.resolve(),
    });
    await invoker.setDevices([]);
    expect(clock.pendingTimers).toBe(0);
    const ends = Promise.all([invoker.reinitialize(), rejection(invoker.describePlan(plan))]);
    await clock.advance(10_000);
    expect(await ends).toMatchObject([false, { kind: 'timeout', code: 'CALL_TIMEOUT' }]);
  });
});
