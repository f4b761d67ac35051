import { silentLogger, statusCodes, type DataType } from '@fieldwarden/core';
import { aggregates, type AlarmEvent, type DriverSession, type Point } from '@fieldwarden/driver';
import { FakeClock, testCall, testBelongings } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import simulatorDriver from '../driver.js';
import { simulatorDeviceOptions, simulatorOptions } from '../options.js';

const startMs = Date.UTC(2030, 0, 1);
const deviceId = 'demo';

function open(options: object = {}, deviceOptions: object = {}) {
  const clock = new FakeClock({ wallMs: startMs });
  const session: DriverSession = simulatorDriver.create({
    ...testBelongings(),
    driverId: 'demo',
    options: simulatorOptions.parse(options),
    devices: [
      { id: deviceId, options: simulatorDeviceOptions.parse(deviceOptions) },
      { id: 'other', options: simulatorDeviceOptions.parse({}) },
    ],
    clock,
    logger: silentLogger,
    random: () => 0.999,
  });
  return { clock, session, call: () => testCall({ clock }) };
}

function point(address: string, scalar: DataType['scalar'] = 'float64'): Point {
  return { path: 'demo/p', address, type: { scalar } };
}

const ramp = point('ramp?periodMs=10000&amplitude=100');
const range = (fromSeconds: number, toSeconds: number) => ({
  fromMs: startMs + 1_000 * fromSeconds,
  toMs: startMs + 1_000 * toSeconds,
  limit: 1_000,
  continuation: undefined,
});

describe('the history of a wave', () => {
  it('has a value a second, which is what a read gave then', async () => {
    const { clock, session, call } = open();
    await clock.advance(20_000);
    const { values, continuation } = await session.readRaw!(deviceId, ramp, { ...range(1, 4), bounds: false }, call());
    expect(values).toEqual([10, 20, 30].map((value, i) => ({ value, status: statusCodes.Good, sourceAtMs: startMs + 1_000 * (i + 1) }))); // prettier-ignore
    expect(continuation).toBeUndefined();
  });

  it('runs backwards when the range does, and has bounds when asked for', async () => {
    const { clock, session, call } = open();
    await clock.advance(20_000);
    const seconds = async (from: number, to: number, bounds: boolean): Promise<number[]> => {
      const { values } = await session.readRaw!(deviceId, ramp, { ...range(from, to), bounds }, call());
      return values.map(({ sourceAtMs }) => (sourceAtMs - startMs) / 1_000);
    };
    expect(await seconds(3, 1, false)).toEqual([3, 2]);
    expect(await seconds(1, 3, false)).toEqual([1, 2]);
    expect(await seconds(1.5, 3.5, true)).toEqual([1, 2, 3, 4]);
    expect(await seconds(3.5, 1.5, true)).toEqual([4, 3, 2, 1]);
    expect(await seconds(100, 200, false)).toEqual([]);
  });

  it('comes in pages of any size, which together are the whole', async () => {
    const { clock, session, call } = open();
    await clock.advance(60_000);
    const whole = await session.readRaw!(deviceId, ramp, { ...range(0, 50), bounds: false }, call());
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.boolean(), async (limit, backwards) => {
        const query = { ...(backwards ? range(49, -1) : range(0, 50)), bounds: false, limit };
        const rows: unknown[] = [];
        let continuation: string | undefined;
        do {
          const page = await session.readRaw!(deviceId, ramp, { ...query, continuation }, call());
          expect(page.values.length).toBeLessThanOrEqual(limit);
          rows.push(...page.values);
          ({ continuation } = page);
        } while (continuation !== undefined);
        expect(backwards ? rows.reverse() : rows).toEqual(whole.values);
      }),
      { numRuns: 40 },
    );
  });

  it('is aggregated as OPC UA says', async () => {
    const { clock, session, call } = open();
    await clock.advance(20_000);
    const processed = async (aggregate: (typeof aggregates)[number]): Promise<unknown[]> => {
      const query = { ...range(0, 8), aggregate, intervalMs: 4_000 };
      return (await session.readProcessed!(deviceId, ramp, query, call())).values.map(({ value }) => value);
    };
    expect(await processed('average')).toEqual([15, 55]);
    expect(await processed('minimum')).toEqual([0, 40]);
    expect(await processed('maximum')).toEqual([30, 70]);
    expect(await processed('count')).toEqual([4, 4]);
    expect(await processed('timeAverage')).toEqual([20, 60]);
    expect(await processed('interpolative')).toEqual([0, 40]);
  });

  it('has no numbers where nothing was recorded, and counts them as none', async () => {
    const { session, call } = open();
    for (const aggregate of aggregates) {
      const query = { ...range(100, 101), aggregate, intervalMs: 1_000 };
      const { values } = await session.readProcessed!(deviceId, ramp, query, call());
      expect(values).toMatchObject([aggregate === 'count' ? { value: 0 } : { value: null, status: statusCodes.BadNoData }]); // prettier-ignore
    }
  });

  it('is known at any time between, and at none before or after', async () => {
    const { clock, session, call } = open({ historyMs: 5_000 });
    await clock.advance(20_000);
    const times = [19_500, 14_000, 20_001].map((ms) => startMs + ms);
    const values = await session.readAtTime!(deviceId, ramp, times, call());
    expect(values).toMatchObject([{ value: 95 }, { status: statusCodes.BadNoData }, { status: statusCodes.BadNoData }]);
    const { values: kept } = await session.readRaw!(deviceId, ramp, { ...range(0, 21), bounds: false }, call());
    expect(kept).toHaveLength(6);
  });

  it('stays where it was when the wall clock is set', async () => {
    const { clock, session, call } = open();
    await clock.advance(4_000);
    clock.setWall(startMs + 104_000);
    const [{ value }] = await session.readAtTime!(deviceId, ramp, [startMs + 102_000], call());
    expect(value).toBe(20);
  });

  it('keeps gaps of a failing point, and texts and bits as they were', async () => {
    const { clock, session, call } = open();
    await clock.advance(3_000);
    const at = async (p: Point, atMs: number): Promise<unknown> =>
      (await session.readAtTime!(deviceId, p, [startMs + atMs], call()))[0];
    expect(await at(point('bad?status=BadSensorFailure&everyMs=1000', 'int32'), 1_500)).toMatchObject({ value: null, status: statusCodes.BadSensorFailure }); // prettier-ignore
    expect(await at(point('string?values=a,b&periodMs=1000', 'string'), 1_500)).toMatchObject({ value: 'b' });
    expect(await at(point('toggle?periodMs=2000', 'bool'), 500)).toMatchObject({ value: true });
  });

  it('is refused for memory, for a page that nobody began, and for texts to be averaged', async () => {
    const { session, call } = open();
    const raw = (p: Point, continuation?: string): Promise<unknown> =>
      session.readRaw!(deviceId, p, { ...range(0, 1), bounds: false, continuation }, call());
    await expect(raw(point('memory'))).rejects.toMatchObject({ kind: 'rejected', status: statusCodes.BadHistoryOperationUnsupported }); // prettier-ignore
    await expect(raw(ramp, 'nonsense')).rejects.toMatchObject({ status: statusCodes.BadContinuationPointInvalid });
    await expect(raw(point('sawtooth'))).rejects.toMatchObject({ kind: 'config' });
    const query = { ...range(0, 1), aggregate: 'average', intervalMs: 100 } as const;
    await expect(session.readProcessed!(deviceId, point('string', 'string'), query, call())).rejects.toMatchObject({
      status: statusCodes.BadAggregateNotSupported,
    });
    const tooMany = { ...range(0, 1_000_000), aggregate: 'count', intervalMs: 1 } as const;
    await expect(session.readProcessed!(deviceId, ramp, tooMany, call())).rejects.toMatchObject({ kind: 'rejected' });
  });
});

const level = { alarms: [{ name: 'level', address: 'ramp?periodMs=10000&amplitude=100', high: 75, severity: 700 }] };

function collect() {
  const events: AlarmEvent[] = [];
  const push = (more: readonly AlarmEvent[]): void => void events.push(...more);
  return { events, sink: { push, fail: () => undefined, lost: () => undefined } };
}

const shown = ({ active, acknowledged, retain }: AlarmEvent): string =>
  `${active ? 'active' : 'gone'}${acknowledged ? ' acknowledged' : ''}${retain ? '' : ' done'}`;

describe('limit alarms', () => {
  it('are raised, gone and done as the wave goes and somebody acknowledges', async () => {
    const { clock, session, call } = open({}, level);
    const { events, sink } = collect();
    await session.subscribeAlarms!(deviceId, sink, call());
    expect(events).toEqual([]);
    await clock.advance(8_000);
    expect(events).toMatchObject([
      { conditionId: 'demo/level', message: 'level is above 75', severity: 700, value: 80, atMs: startMs + 8_000 },
    ]);
    const [{ eventId, conditionId }] = events;
    const seen = { eventId, conditionId, comment: 'seen' };
    expect(await session.acknowledge!(deviceId, [seen, seen], call())).toEqual([
      { outcome: 'done', status: statusCodes.Good },
      { outcome: 'rejected', status: statusCodes.BadConditionBranchAlreadyAcked },
    ]);
    await clock.advance(4_000);
    expect(events.map(shown)).toEqual(['active', 'active acknowledged', 'gone acknowledged done']);
    expect(events[1].comment).toBe('seen');
    expect(await session.acknowledge!(deviceId, [seen], call())).toMatchObject([
      { status: statusCodes.BadEventIdUnknown },
    ]);
    expect(new Set(events.map(({ eventId: id }) => id)).size).toBe(3);
  });

  it('stay of interest when gone but not acknowledged, and are told to who subscribes later', async () => {
    const { clock, session, call } = open({}, level);
    await clock.advance(12_000);
    const { events, sink } = collect();
    const subscription = await session.subscribeAlarms!(deviceId, sink, call());
    expect(events.map(shown)).toEqual(['gone']);
    await session.unsubscribeAlarms!(subscription, call());
    await clock.advance(20_000);
    expect(events).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are remembered as events, in pages', async () => {
    const { clock, session, call } = open({}, level);
    await clock.advance(40_000);
    const all = await session.readEvents!(deviceId, range(0, 60), call());
    expect(all.events.slice(0, 2)).toMatchObject([
      { type: 'LimitAlarm', message: 'level is above 75', atMs: startMs + 8_000 },
      { message: 'level is above 75, gone', atMs: startMs + 10_000 },
    ]);
    const first = await session.readEvents!(deviceId, { ...range(0, 60), limit: 3 }, call());
    const rest = await session.readEvents!(deviceId, { ...range(0, 60), continuation: first.continuation }, call());
    expect([...first.events, ...rest.events]).toEqual(all.events);
    const backwards = await session.readEvents!(deviceId, range(60, 0), call());
    expect([...backwards.events].reverse()).toEqual(all.events);
  });

  it('are refused in the options when they watch no wave, have no limit, or the same name', () => {
    const parse = (alarms: readonly object[]): boolean => simulatorDeviceOptions.safeParse({ alarms }).success;
    expect(parse([{ name: 'a', address: 'sine', high: 1 }])).toBe(true);
    expect(parse([{ name: 'a', address: 'memory', high: 1 }])).toBe(false);
    expect(parse([{ name: 'a', address: 'sine?x', high: 1 }])).toBe(false);
    expect(parse([{ name: 'a', address: 'sine' }])).toBe(false);
    expect(parse([1, 2].map(() => ({ name: 'a', address: 'sine', low: 1 })))).toBe(false);
  });

  it('end with the session', async () => {
    const { clock, session, call } = open({}, level);
    await session.subscribeAlarms!(deviceId, collect().sink, call());
    await session.close();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the method resetMemory', () => {
  it('gives the memory of its device the initial values back', async () => {
    const { session, call } = open();
    const memory = point('memory?initial=5', 'int32');
    await session.write!(deviceId, [{ point: memory, value: 7 }], call());
    const result = await session.callMethod!(deviceId, { object: '', method: 'resetMemory', inputs: [] }, call());
    expect(result).toEqual({ outcome: 'done', status: statusCodes.Good, outputs: [1] });
    const other = await session.callMethod!('other', { object: '', method: 'resetMemory', inputs: [] }, call());
    expect(other.outputs).toEqual([0]);
  });

  it('takes no inputs, and is the only one', async () => {
    const { session, call } = open();
    const called = (method: string, inputs: readonly number[]): Promise<unknown> =>
      session.callMethod!(deviceId, { object: '', method, inputs }, call());
    expect(await called('resetMemory', [1])).toMatchObject({ outcome: 'rejected', status: statusCodes.BadTooManyArguments }); // prettier-ignore
    expect(await called('selfDestruct', [])).toMatchObject({
      outcome: 'rejected',
      status: statusCodes.BadMethodInvalid,
    });
  });
});
