import type { PlantDriver } from '@fieldwarden/config';
import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { RollBackWatch, rollBackWindowMs, type Trial } from './roll-back-watch.js';

const plant = (name: string): PlantDriver => ({ id: name }) as PlantDriver;

describe('RollBackWatch (§7.5)', () => {
  let clock: FakeClock;
  let rolledBack: string[];
  let inVain: boolean;
  let watch: RollBackWatch;

  beforeEach(() => {
    clock = new FakeClock();
    rolledBack = [];
    inVain = false;
    watch = new RollBackWatch({
      clock,
      neverStarted: () => inVain,
      reasonOf: () => 'why',
      rollBack: ({ driverId, before, generation, beforeGeneration }, reason) =>
        rolledBack.push(`${driverId} ${generation} → ${beforeGeneration} (${before.id}): ${reason}`),
    });
  });

  const trial = (generation: number, before: string): Trial => ({
    driverId: 'd',
    generation,
    before: plant(before),
    beforeGeneration: generation - 1,
  });

  it('brings back a driver that is Faulted within a minute, once', () => {
    watch.begin(trial(2, 'one'));
    watch.stateChanged('other', 'Faulted');
    watch.stateChanged('d', 'Reconnecting');
    expect(rolledBack).toEqual([]);
    watch.stateChanged('d', 'Faulted');
    watch.stateChanged('d', 'Faulted');
    expect(rolledBack).toEqual(['d 2 → 1 (one): why']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves one alone that is Faulted after the minute', async () => {
    watch.begin(trial(2, 'one'));
    await clock.advance(rollBackWindowMs);
    watch.stateChanged('d', 'Faulted');
    expect(rolledBack).toEqual([]);
  });

  it('brings back one that has never been up when the minute is over', async () => {
    inVain = true;
    watch.begin(trial(2, 'one'));
    await clock.advance(rollBackWindowMs - 1);
    expect(rolledBack).toEqual([]);
    await clock.advance(1);
    expect(rolledBack).toHaveLength(1);
  });

  it('goes back over a configuration that had not proved itself either', async () => {
    watch.begin(trial(2, 'one'));
    await clock.advance(30_000);
    watch.begin(trial(3, 'two'));
    await clock.advance(rollBackWindowMs - 1);
    watch.stateChanged('d', 'Faulted');
    expect(rolledBack).toEqual(['d 3 → 1 (one): why']);
  });

  it('goes back to one that had its minute', async () => {
    watch.begin(trial(2, 'one'));
    await clock.advance(rollBackWindowMs);
    watch.begin(trial(3, 'two'));
    watch.stateChanged('d', 'Faulted');
    expect(rolledBack).toEqual(['d 3 → 2 (two): why']);
  });

  it('forgets a driver that is gone, and leaves no timer', () => {
    watch.begin(trial(2, 'one'));
    watch.end('d');
    watch.stateChanged('d', 'Faulted');
    watch.begin(trial(3, 'two'));
    watch[Symbol.dispose]();
    expect(rolledBack).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
