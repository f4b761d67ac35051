import type { Clock, Timer } from '@fieldwarden/core';
import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { DebouncedWrite } from './debounced-write.js';

describe('a debounced write', () => {
  let clock: FakeClock;
  let writtenAtMs: number[];
  let write: DebouncedWrite;

  beforeEach(() => {
    clock = new FakeClock();
    writtenAtMs = [];
    write = new DebouncedWrite({ write: () => void writtenAtMs.push(clock.monotonicMs()) }, clock);
  });

  it('comes once for all changes before it, as soon as the first of them asked for', async () => {
    for (let i = 0; i < 50; i += 1) {
      write.within(250);
      await clock.advance(10);
    }
    expect(writtenAtMs).toEqual([250, 500]);
  });

  it('is brought forward by a change that may not wait as long', async () => {
    write.within(10_000);
    await clock.advance(1_000);
    write.within(250);
    write.within(10_000);
    await clock.advance(20_000);
    expect(writtenAtMs).toEqual([1_250]);
  });

  it('is made at once at the end, if something waits, and leaves no timer', async () => {
    write.now();
    expect(writtenAtMs).toEqual([]);
    write.within(250);
    write.now();
    expect([writtenAtMs, clock.pendingTimers]).toEqual([[0], 0]);
    write.within(250);
    write[Symbol.dispose]();
    await clock.advance(1_000);
    expect(writtenAtMs).toEqual([0]);
  });

  it('keeps no process alive: who ends writes what waits', () => {
    const holding = new Set<Timer>();
    const watched: Clock = {
      monotonicMs: () => clock.monotonicMs(),
      wallMs: () => clock.wallMs(),
      setTimer: () => {
        const timer: Timer = { unref: () => void holding.delete(timer), [Symbol.dispose]: () => undefined };
        holding.add(timer);
        return timer;
      },
    };
    new DebouncedWrite({ write: () => undefined }, watched).within(10_000);
    expect(holding.size).toBe(0);
  });
});
