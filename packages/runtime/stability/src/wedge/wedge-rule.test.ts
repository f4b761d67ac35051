import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  newWedge,
  reinitializeRefused,
  wedgeLimitMs,
  wedgeStep,
  type WedgeEffect,
  type WedgePolicy,
  type WedgeSample,
  type WedgeState,
} from './wedge-rule.js';

const minuteMs = 60_000;
const lookMs = 5_000;
const policy: WedgePolicy = { thresholdMs: minuteMs, lookMs };

const stuck: Omit<WedgeSample, 'atMs'> = {
  healthy: true,
  pendingWork: true,
  progress: 7,
  longestIntervalMs: 1_000,
  isolation: 'host',
  session: 'host 1',
};

/** A driver under the eyes of the rule, for as long as a test says. */
class Bench {
  state: WedgeState = newWedge;
  atMs = 0;
  readonly told: string[] = [];
  readonly policy: WedgePolicy;

  constructor(how: WedgePolicy = policy) {
    this.policy = how;
  }

  /** Looks every `lookMs` for `ms`, at what `driver` is at that time. */
  watch(ms: number, driver: (atMs: number) => Partial<WedgeSample> = () => ({})): this {
    for (const untilMs = this.atMs + ms; this.atMs < untilMs; this.atMs += this.policy.lookMs)
      this.look(driver(this.atMs));
    return this;
  }

  look(driver: Partial<WedgeSample> = {}): readonly WedgeEffect[] {
    const step = wedgeStep(this.state, { ...stuck, atMs: this.atMs, ...driver }, this.policy);
    this.state = step.state;
    this.told.push(...step.effects.map(({ type }) => `${type} at ${this.atMs / 1_000} s`));
    return step.effects;
  }

  /** The session says at once that it cannot begin anew. */
  refuse(): this {
    const { phase } = this.state;
    if (phase.name === 'reinitializing') this.state = reinitializeRefused(this.state, phase.sinceMs);
    return this;
  }

  get kinds(): string[] {
    return this.told.map((each) => each.split(' ')[0]);
  }
}

describe('a wedge (§6.4)', () => {
  it('is pending work without progress for 60 s', () => {
    expect(new Bench().watch(minuteMs).told).toEqual([]);
    expect(new Bench().watch(minuteMs + lookMs).told).toEqual(['reinitialize at 60 s']);
  });

  it('is five intervals without progress, where that is longer', () => {
    const slow = { longestIntervalMs: 30_000 };
    expect(new Bench().watch(150_000, () => slow).told).toEqual([]);
    expect(new Bench().watch(155_000, () => slow).told).toEqual(['reinitialize at 150 s']);
    expect(wedgeLimitMs(30_000, policy)).toBe(150_000);
    expect(wedgeLimitMs(0, policy)).toBe(minuteMs);
  });

  it('is seen sooner with a shorter threshold', () => {
    const quick = new Bench({ thresholdMs: 1_000, lookMs: 250 });
    expect(quick.watch(1_500, () => ({ longestIntervalMs: 100 })).told).toEqual(['reinitialize at 1 s']);
  });
});

describe('never a wedge is (§6.4)', () => {
  const day = 24 * 60 * minuteMs;
  const never = (driver: (atMs: number) => Partial<WedgeSample>): void => {
    expect(new Bench().watch(day, driver).told).toEqual([]);
  };

  it('an idle subscriber: nothing is pending', () => {
    never(() => ({ pendingWork: false }));
  });

  it('a slow history backfill that advances', () => {
    never((atMs) => ({ progress: Math.floor(atMs / 55_000) }));
  });

  it('a burst of writes only: each one done is progress, and between bursts nothing is pending', () => {
    never((atMs) => ({
      pendingWork: atMs % (5 * minuteMs) < minuteMs,
      progress: Math.floor(atMs / (5 * minuteMs)) * 12 + Math.min(12, Math.floor((atMs % (5 * minuteMs)) / 5_000)),
    }));
  });

  it('bursts that each wait for less than the limit, however many', () => {
    never((atMs) => ({ pendingWork: atMs % (70 * 1_000) < 60_000 }));
  });

  it('a driver that is not Healthy', () => {
    never(() => ({ healthy: false }));
  });

  it('a driver that got work after a long time of none, before the limit has passed since', () => {
    const bench = new Bench().watch(day, () => ({ pendingWork: false }));
    expect(bench.watch(minuteMs).told).toEqual([]);
    expect(bench.watch(lookMs).kinds).toEqual(['reinitialize']);
  });

  it('a driver whose gateway stood still', () => {
    const bench = new Bench().watch(30_000);
    bench.atMs += 10 * minuteMs;
    bench.look();
    bench.atMs += lookMs;
    expect(bench.watch(10 * minuteMs, (atMs) => ({ progress: atMs })).told).toEqual([]);
  });

  it('a driver whose Host was replaced while it was quiet', () => {
    never((atMs) => ({ session: `host ${Math.floor(atMs / 50_000)}` }));
  });
});

describe('the ladder (§6.4)', () => {
  const wedged = (driver: Partial<WedgeSample> = {}): Bench => new Bench().watch(minuteMs + lookMs, () => driver);

  it('recycles a Host that makes no progress within 10 s of beginning anew', () => {
    expect(wedged().watch(15_000).told).toEqual(['reinitialize at 60 s', 'recycle at 70 s']);
  });

  it('faults a driver in-process', () => {
    expect(wedged({ isolation: 'in-process' }).watch(15_000, () => ({ isolation: 'in-process' })).kinds).toEqual([
      'reinitialize',
      'fault',
    ]);
  });

  it('gives a slow scan the time to show that it works again', () => {
    const slow = (): Partial<WedgeSample> => ({ longestIntervalMs: 60_000 });
    const bench = new Bench().watch(305_000, slow);
    expect(bench.told).toEqual(['reinitialize at 300 s']);
    expect(bench.watch(115_000, slow).told).toHaveLength(1);
    expect(bench.watch(5_000, slow).told.at(-1)).toBe('recycle at 420 s');
  });

  it('does not wait where the session cannot begin anew', () => {
    expect(wedged().refuse().watch(lookMs).told).toEqual(['reinitialize at 60 s', 'recycle at 65 s']);
  });

  it('ends with progress', () => {
    expect(wedged().watch(30_000, (atMs) => ({ progress: atMs })).told).toEqual([
      'reinitialize at 60 s',
      'recovered at 65 s',
    ]);
  });

  it('leaves a driver alone that is no longer Healthy, or has nothing to do any more', () => {
    expect(wedged().watch(minuteMs, () => ({ healthy: false })).kinds).toEqual(['reinitialize']);
    expect(wedged().watch(minuteMs, () => ({ pendingWork: false })).kinds).toEqual(['reinitialize']);
  });

  it('takes no refusal of an earlier wedge', () => {
    const bench = wedged();
    bench.state = reinitializeRefused(bench.state, minuteMs - 1);
    expect(bench.watch(lookMs).kinds).toEqual(['reinitialize']);
  });

  it('blames nobody for a standstill of the gateway while it waits', () => {
    const bench = wedged();
    bench.atMs += 30_000;
    bench.watch(lookMs);
    expect(bench.watch(lookMs, () => ({ progress: 8 })).kinds).toEqual(['reinitialize', 'recovered']);
  });
});

describe('three wedges within an hour (§6.4)', () => {
  /** Wedged, helped by beginning anew, well for `wellMs`, again and again. */
  function relapse(count: number, wellMs: number, driver: Partial<WedgeSample> = {}): Bench {
    const bench = new Bench();
    for (let i = 0; i < count; i++) {
      bench.watch(minuteMs + 2 * lookMs, () => ({ ...driver, progress: -i }));
      bench.watch(wellMs, (atMs) => ({ ...driver, progress: atMs + 1 }));
    }
    return bench;
  }

  it('open the crash-loop breaker instead of thrashing', () => {
    expect(relapse(3, 10 * minuteMs).kinds).toEqual([
      'reinitialize',
      'recovered',
      'reinitialize',
      'recovered',
      'open-crash-loop',
    ]);
  });

  it('fault a driver in-process', () => {
    expect(relapse(3, 10 * minuteMs, { isolation: 'in-process' }).kinds.at(-1)).toBe('fault');
  });

  it('are counted over restarts of the Host', () => {
    const bench = new Bench();
    for (let spawn = 1; spawn <= 3; spawn++) bench.watch(2 * minuteMs, () => ({ session: `host ${spawn}` }));
    expect(bench.kinds).toEqual(['reinitialize', 'recycle', 'reinitialize', 'recycle', 'open-crash-loop']);
  });

  it('are not three that took longer', () => {
    expect(relapse(20, 31 * minuteMs).kinds).not.toContain('open-crash-loop');
  });
});

describe('whatever a driver does (§6.4)', () => {
  const look = fc.record({
    healthy: fc.boolean(),
    pendingWork: fc.boolean(),
    moves: fc.boolean(),
    afterMs: fc.constantFrom(1_000, lookMs, 4 * lookMs),
    refuses: fc.boolean(),
  });
  const often = fc.array(fc.tuple(look, fc.integer({ min: 1, max: 20 })), { maxLength: 60 });

  it('something is done only if it was seen Healthy, with work and without progress throughout the limit', () => {
    fc.assert(
      fc.property(often, fc.constantFrom('host', 'in-process'), (looks, isolation) => {
        const bench = new Bench();
        let progress = 0;
        let quietSinceMs: number | undefined;
        let wedges = 0;
        for (const [how, times] of looks) {
          for (let i = 0; i < times; i++) {
            bench.atMs += how.afterMs;
            if (how.moves) progress += 1;
            const waits = how.healthy && how.pendingWork;
            if (!waits || how.moves) quietSinceMs = waits ? bench.atMs : undefined;
            else quietSinceMs ??= bench.atMs;
            const effects = bench.look({ ...how, progress, isolation });
            for (const { type } of effects.filter(({ type }) => type !== 'recovered')) {
              expect(waits).toBe(true);
              if (type !== 'reinitialize' && wedges < 2) continue;
              expect(bench.atMs - quietSinceMs!).toBeGreaterThanOrEqual(minuteMs);
            }
            wedges += effects.filter(({ type }) => type === 'reinitialize').length;
            if (effects.some(({ type }) => type === 'recycle')) expect(isolation).toBe('host');
            if (effects.some(({ type }) => type === 'fault')) expect(isolation).toBe('in-process');
            if (how.refuses) bench.refuse();
          }
        }
      }),
    );
  });
});
