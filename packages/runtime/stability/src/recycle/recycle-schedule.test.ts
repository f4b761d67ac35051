import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isFresh,
  nextLookMs,
  nextOccurrenceMs,
  recyclePlanProblems,
  scheduleStep,
  startSchedule,
  type RecyclePlan,
} from './recycle-schedule.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const yearMs = 365.25 * dayMs;

const utc = (text: string): number => Date.parse(`${text}Z`);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().slice(0, 19));

const berlin = (cron: string) => ({ cron, timeZone: 'Europe/Berlin' });
const next = (plan: Pick<RecyclePlan, 'cron' | 'timeZone'>, after: string): string | null =>
  iso(nextOccurrenceMs(plan, utc(after)));

/** The next occurrences, one after the other. */
function following(plan: Pick<RecyclePlan, 'cron' | 'timeZone'>, after: string, count: number): (string | null)[] {
  const found: (string | null)[] = [];
  for (let at = next(plan, after); found.length < count && at !== null; at = next(plan, at)) found.push(at);
  return found;
}

describe('the next occurrence (§6.3)', () => {
  it('is meant in its time zone, summer and winter', () => {
    expect(next(berlin('0 3 * * 0'), '2027-01-01T00:00:00')).toBe('2027-01-03T02:00:00');
    expect(next(berlin('0 3 * * 0'), '2027-07-01T00:00:00')).toBe('2027-07-04T01:00:00');
  });

  it('takes seconds in front of five fields', () => {
    expect(next({ cron: '30 0 3 * * *', timeZone: 'UTC' }, '2027-01-01T00:00:00')).toBe('2027-01-01T03:00:30');
  });

  it('in the gap of spring comes once, right after it', () => {
    expect(following(berlin('30 2 * * *'), '2027-03-27T12:00:00', 2)).toEqual([
      '2027-03-28T01:00:00',
      '2027-03-29T00:30:00',
    ]);
  });

  it('in the hour that autumn has twice comes once', () => {
    expect(following(berlin('30 2 * * *'), '2027-10-30T12:00:00', 2)).toEqual([
      '2027-10-31T00:30:00',
      '2027-11-01T01:30:00',
    ]);
  });

  it('of every quarter of an hour comes in both hours of autumn', () => {
    expect(following(berlin('*/15 2 * * *'), '2027-10-30T12:00:00', 9)).toEqual([
      '2027-10-31T00:00:00', '2027-10-31T00:15:00', '2027-10-31T00:30:00', '2027-10-31T00:45:00',
      '2027-10-31T01:00:00', '2027-10-31T01:15:00', '2027-10-31T01:30:00', '2027-10-31T01:45:00',
      '2027-11-01T01:00:00',
    ]); // prettier-ignore
  });

  it('of a time of day is later than now, at most 25 hours, and shows that time on the wall', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const instants = fc.integer({ min: utc('2020-01-01T00:00:00'), max: utc('2040-01-01T00:00:00') });
    fc.assert(
      fc.property(zones, instants, fc.integer({ min: 4, max: 22 }), fc.nat(59), (timeZone, afterMs, hour, minute) => {
        const foundMs = nextOccurrenceMs({ cron: `${minute} ${hour} * * *`, timeZone }, afterMs)!;
        expect(foundMs).toBeGreaterThan(afterMs);
        expect(foundMs - afterMs).toBeLessThanOrEqual(25 * hourMs);
        const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
        expect(clock.format(foundMs)).toBe(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
      }),
    );
  });
});

describe('a plan (§6.3)', () => {
  const problems = (cron: string, timeZone = 'UTC'): string[] =>
    recyclePlanProblems({ cron, timeZone }).map(({ field, message }) => `${field}: ${message}`);

  it.each(['0 3 * * 0', '*/5 * * * * *', '0 22 * * MON-FRI', '0 0 29 2 *'])('may be %s', (cron) => {
    expect(problems(cron)).toEqual([]);
    expect(problems(cron, 'Europe/Berlin')).toEqual([]);
  });

  it.each([
    ['', 'this one has 0'],
    ['* * *', 'this one has 3'],
    ['@daily', 'this one has 1'],
    ['2027-01-01T00:00:00', 'this one has 1'],
    ['0 0 3 * * 0 2030', 'this one has 7'],
    ['61 * * * *', 'Invalid value for minute: 61'],
    ['a b c d e', 'illegal characters'],
    ['0 0 30 2 *', 'a time that never comes'],
  ])('may not be %j', (cron, message) => {
    expect(problems(cron)).toEqual([expect.stringMatching(new RegExp(`^cron: .*${message}`))]);
  });

  it('needs a time zone that exists, whatever its expression', () => {
    expect(problems('0 3 * * 0', 'Mars/Base')).toEqual([expect.stringContaining('timeZone: there is no time zone')]);
    expect(problems('', '')).toHaveLength(2);
  });
});

const nightly: RecyclePlan = { ...berlin('0 3 * * *'), splayMs: 0 };
const start = utc('2027-01-01T00:00:00');

/** Both clocks and the schedule, looked at as the schedule asks for. */
class Bench {
  wallMs = start;
  monotonicMs = 1_000;
  readonly plan: RecyclePlan;
  readonly dueAt: string[] = [];
  schedule;
  readonly #random: () => number;

  constructor(plan: RecyclePlan = nightly, random = () => 0.5) {
    this.plan = plan;
    this.#random = random;
    this.schedule = startSchedule(plan, this.#now, random);
  }

  get #now() {
    return { wallMs: this.wallMs, monotonicMs: this.monotonicMs };
  }

  run(forMs: number): this {
    for (const untilMs = this.monotonicMs + forMs; this.monotonicMs < untilMs;) {
      this.pass(nextLookMs(this.schedule, this.wallMs));
      this.look();
    }
    return this;
  }

  pass(ms: number): this {
    this.wallMs += ms;
    this.monotonicMs += ms;
    return this;
  }

  look(): this {
    const step = scheduleStep(this.schedule, this.plan, this.#now, this.#random);
    this.schedule = step.schedule;
    if (step.due) this.dueAt.push(iso(this.wallMs)!);
    return this;
  }
}

describe('the schedule (§6.3)', () => {
  it('is due at each occurrence, once', () => {
    expect(new Bench().run(3 * dayMs).dueAt).toEqual([
      '2027-01-01T02:00:00',
      '2027-01-02T02:00:00',
      '2027-01-03T02:00:00',
    ]);
  });

  it('comes late by a part of the splay', () => {
    const splayed = { ...nightly, splayMs: 10 * minuteMs };
    expect(new Bench(splayed, () => 0).run(dayMs).dueAt).toEqual(['2027-01-01T02:00:00']);
    expect(new Bench(splayed, () => 0.999_999).run(dayMs).dueAt).toEqual(['2027-01-01T02:09:59']);
  });

  it('looks at the wall clock at least once a minute', () => {
    expect(nextLookMs(new Bench().schedule, start)).toBe(minuteMs);
    expect(nextLookMs(new Bench().schedule, start + 2 * hourMs - 5)).toBe(5);
  });

  it('does not catch up on what was slept through', () => {
    const bench = new Bench()
      .run(hourMs)
      .pass(5 * hourMs)
      .look();
    expect(bench.dueAt).toEqual([]);
    expect(iso(bench.schedule.nextMs)).toBe('2027-01-02T02:00:00');
  });

  it('is still due if the look came a little late', () => {
    const bench = new Bench()
      .run(2 * hourMs - minuteMs)
      .pass(2 * minuteMs)
      .look();
    expect(bench.dueAt).toEqual(['2027-01-01T02:01:00']);
  });

  it.each([
    ['an hour forward', hourMs],
    ['an hour back', -hourMs],
    ['ten years forward', 10 * yearMs],
    ['ten years back', -10 * yearMs],
  ])('takes a jump of the wall clock by %s for no occurrence, and goes on from there', (_says, jumpMs) => {
    const bench = new Bench().run(90 * minuteMs);
    bench.wallMs += jumpMs;
    bench.look();
    expect(bench.dueAt).toEqual([]);
    expect(bench.schedule.nextMs).toBe(nextOccurrenceMs(nightly, bench.wallMs));
    expect(bench.run(25 * hourMs).dueAt.length).toBeGreaterThanOrEqual(1);
  });

  it('does not mind a clock that is slewed', () => {
    const bench = new Bench();
    for (let i = 0; i < 200; i++) {
      bench.run(minuteMs);
      bench.wallMs += 25;
    }
    expect(bench.dueAt).toEqual(['2027-01-01T02:00:00']);
    expect(bench.schedule.last.monotonicMs).toBe(bench.monotonicMs);
  });

  it('does not take a time that the wall clock jumped over, even if it has only just passed', () => {
    const bench = new Bench().run(61 * minuteMs);
    bench.wallMs += hourMs;
    expect(bench.run(5 * minuteMs).dueAt).toEqual([]);
    expect(iso(bench.schedule.nextMs)).toBe('2027-01-02T02:00:00');
  });

  it('leaves a driver alone that was restarted within the hour, but not one that just started for the first time', () => {
    expect(isFresh(null, 10)).toBe(false);
    expect([hourMs - 1, hourMs].map((sinceMs) => isFresh(500, 500 + sinceMs))).toEqual([true, false]);
  });

  it('is due only within splay and lateness of an occurrence, and once for each, however the clocks run', () => {
    const short = fc.record({ ms: fc.nat(100_000), jumpMs: fc.constant(0) });
    const long = fc.record({ ms: fc.nat(12 * hourMs), jumpMs: fc.constantFrom(0, hourMs, -hourMs, 10 * yearMs) });
    const passes = fc.array(fc.oneof({ weight: 20, arbitrary: short }, { weight: 1, arbitrary: long }), {
      minLength: 60,
      maxLength: 120,
    });
    let dues = 0;
    fc.assert(
      fc.property(
        passes,
        fc.nat(20 * minuteMs),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (all, splayMs, chance) => {
          const bench = new Bench({ ...nightly, splayMs }, () => chance).run(90 * minuteMs);
          for (const { ms, jumpMs } of all) {
            bench.wallMs += jumpMs;
            const count = bench.dueAt.length;
            bench.pass(ms).look();
            expect(bench.schedule.nextMs).toBeGreaterThan(bench.wallMs);
            if (bench.dueAt.length === count) continue;
            dues += 1;
            const occurrenceMs = nextOccurrenceMs(nightly, bench.wallMs - splayMs - 2 * minuteMs - 1_000)!;
            expect(bench.wallMs).toBeGreaterThanOrEqual(occurrenceMs);
          }
          if (all.every(({ jumpMs }) => jumpMs === 0))
            expect(new Set(bench.dueAt.map((at) => at.slice(0, 10))).size).toBe(bench.dueAt.length);
        },
      ),
    );
    expect(dues).toBeGreaterThan(10);
  });
});
