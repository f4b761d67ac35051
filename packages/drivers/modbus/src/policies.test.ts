import { FakeClock } from '@fieldwarden/testkit';
import { statusCodes, systemClock, type Timer } from '@fieldwarden/core';
import { describe, expect, it, vi } from 'vitest';
import { HoleMemory } from './plan/hole-memory.js';
import { ReconnectPolicy } from './line/reconnect-policy.js';
import { retestAfterMs, type Trouble } from './plan/trouble.js';
import { WakeUp } from './line/wake-up.js';

const hr = (start: number, count = 1) => ({ area: 'holding-register', start, count }) as const;

const absent: Trouble = { status: statusCodes.BadNodeIdUnknown, reason: 'illegal data address', cost: 'absent' };
const silent: Trouble = { status: statusCodes.BadTimeout, reason: 'no answer', cost: 'unanswered' };

describe('HoleMemory (§9.1)', () => {
  it('refuses what contains a hole, and nothing else', () => {
    const memory = new HoleMemory(new FakeClock());
    memory.noteHole(hr(10, 2), absent);
    expect(memory.refuses(hr(10, 2))).toBe(true);
    expect(memory.refuses(hr(0, 50))).toBe(true);
    expect(memory.refuses(hr(11, 5))).toBe(false);
    expect(memory.refuses({ area: 'input-register', start: 10, count: 2 })).toBe(false);
  });

  it('has what is absent tested anew after ten minutes, and again ten minutes later', async () => {
    const clock = new FakeClock();
    const memory = new HoleMemory(clock);
    memory.noteHole(hr(10), absent);
    for (let round = 0; round < 3; round++) {
      await clock.advance(retestAfterMs - 1);
      expect([memory.due(), memory.refuses(hr(10))]).toEqual([[], true]);
      await clock.advance(1);
      expect(memory.due()).toMatchObject([hr(10)]);
      memory.noteHole(hr(10), absent);
    }
  });

  it('leaves what is met with silence alone for longer each time: 5 s, 10 s, 20 s … 10 min', async () => {
    const clock = new FakeClock();
    const memory = new HoleMemory(clock);
    const pauses: number[] = [];
    for (let round = 0; round < 10; round++) {
      memory.noteHole(hr(10), silent);
      const [{ untilMs }] = memory.holes('holding-register');
      pauses.push(untilMs - clock.monotonicMs());
      await clock.advance(untilMs - clock.monotonicMs());
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600].map((seconds) => seconds * 1000));
    memory.forget(() => true);
    memory.noteHole(hr(10), silent);
    expect(memory.retestInMs(memory.holes('holding-register')[0])).toBe(5_000);
  });

  it('forgets gaps and lengths by itself after ten minutes', async () => {
    const clock = new FakeClock();
    const memory = new HoleMemory(clock);
    memory.noteGap(hr(10), silent);
    memory.noteMax('coil', 100, absent);
    const { version } = memory;
    await clock.advance(retestAfterMs - 1);
    expect([memory.version, memory.refuses(hr(10)), memory.learnedMax('coil')]).toEqual([version, true, 100]);
    await clock.advance(1);
    expect(memory.version).not.toBe(version);
    expect([memory.refuses(hr(10)), memory.learnedMax('coil'), memory.size]).toEqual([false, undefined, 0]);
  });

  it('changes its version only for news', () => {
    const memory = new HoleMemory(new FakeClock());
    memory.noteHole(hr(10), absent);
    const { version } = memory;
    memory.noteHole(hr(9, 3), absent);
    memory.noteHole(hr(10), absent);
    expect(memory.version).toBe(version);
    memory.noteHole(hr(10), silent);
    expect(memory.version).not.toBe(version);
  });
});

describe('ReconnectPolicy (§9.6)', () => {
  const pauses = { initialMs: 100, maxMs: 1000 };

  it('doubles the pause after each failure, up to the maximum', () => {
    const policy = new ReconnectPolicy(pauses, () => 1);
    const found = Array.from({ length: 6 }, () => (policy.failed(0), policy.notBeforeMs));
    expect(found).toEqual([100, 200, 400, 800, 1000, 1000]);
    policy.succeeded();
    expect(policy.failures).toBe(0);
  });

  it('jitters between half the pause and all of it', () => {
    const policy = new ReconnectPolicy(pauses, () => 0);
    policy.failed(0);
    expect(policy.notBeforeMs).toBe(50);
  });

  it('lets a probe try after the shortest pause', () => {
    const policy = new ReconnectPolicy(pauses, () => 1);
    policy.attempting(0);
    for (let i = 0; i < 5; i++) policy.failed(0);
    expect([policy.notBeforeMs, policy.notBeforeForProbeMs]).toEqual([1000, 100]);
  });
});

describe('WakeUp', () => {
  it('calls back at the earliest time asked for, once', async () => {
    const clock = new FakeClock();
    const callback = vi.fn();
    const wakeUp = new WakeUp(clock, callback);
    const startMs = clock.monotonicMs();
    wakeUp.by(startMs + 100);
    wakeUp.by(startMs + 50);
    wakeUp.by(startMs + 70);
    await clock.advance(49);
    expect(callback).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(callback).toHaveBeenCalledTimes(1);
    await clock.advance(1000);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('lets the sockets speak first after a stall of this process', () => {
    let nowMs = 0;
    const timers: (() => void)[] = [];
    const setTimer = (run: () => void): Timer => (timers.push(run), systemClock.setTimer(() => undefined, 0));
    const callback = vi.fn();
    new WakeUp({ ...systemClock, monotonicMs: () => nowMs, setTimer }, callback).by(50);
    nowMs = 500;
    timers[0]();
    expect(callback).not.toHaveBeenCalled();
    timers[1]();
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('stays quiet once disposed', async () => {
    const clock = new FakeClock();
    const callback = vi.fn();
    const wakeUp = new WakeUp(clock, callback);
    wakeUp.by(clock.monotonicMs() + 1);
    wakeUp[Symbol.dispose]();
    await clock.advance(10);
    expect(callback).not.toHaveBeenCalled();
  });
});
