import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { StatusPulse } from './status-pulse.js';

describe('the status pulse', () => {
  let clock: FakeClock;
  let looks: { readonly atMs: number; readonly at: 'all' | readonly string[] }[];
  let pulse: StatusPulse;

  beforeEach(() => {
    clock = new FakeClock();
    looks = [];
    pulse = new StatusPulse(clock, ({ touched, all }) =>
      looks.push({ atMs: clock.monotonicMs(), at: all ? 'all' : [...touched] }),
    );
  });

  it('looks at once at a driver in which something happened, once for all that happened together', async () => {
    for (const id of ['a', 'b', 'a']) pulse.touch(id);
    await clock.advance(0);
    expect(looks).toEqual([{ atMs: 0, at: ['a', 'b'] }]);
  });

  it('then rests for 250 ms, whatever happens, and forgets nothing', async () => {
    for (let i = 0; i < 90; i += 1) {
      pulse.touch(i === 3 ? 'once' : 'often');
      await clock.advance(10);
    }
    const times = looks.map(({ atMs }) => atMs);
    expect(times).toEqual([0, 250, 500, 750]);
    expect(looks[1].at).toEqual(['often', 'once']);
  });

  it('looks at everything once a second, and not twice within 250 ms even then', async () => {
    await clock.advance(990);
    pulse.touch('a');
    await clock.advance(1_500);
    expect(looks).toEqual([
      { atMs: 990, at: ['a'] },
      { atMs: 1_240, at: 'all' },
      { atMs: 2_000, at: 'all' },
    ]);
  });

  it('leaves no timer', async () => {
    pulse.touch('a');
    pulse[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(5_000);
    expect(looks).toEqual([]);
  });
});
