import type { DeviceHistoryQuery } from '@fieldwarden/admin-api';
import { LocalDevices } from '@fieldwarden/admin-api/answers';
import { collectingLogger, waitFor, testOrigin } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningPlant } from '../testing/running-plant.js';

const tag = (path: string, address: string, more: object = {}): object => ({
  path: `lab/${path}`,
  address,
  dataType: 'float32',
  ...more,
});

const ramp = 'ramp?periodMs=10000&amplitude=100';
const upsideDown = { gain: -2, offset: 10 };

/** The same line, held between -20 and 0. */
const held = { rawLow: 5, rawHigh: 15, low: 0, high: -20, clamp: true };

const plant = {
  version: 1,
  site: 'test',
  drivers: [
    {
      id: 'waves',
      type: 'simulator',
      devices: [
        {
          id: 'd1',
          options: {},
          tags: [
            tag('plain', ramp),
            tag('scaled', ramp, { scaling: upsideDown }),
            tag('clamped', ramp, { scaling: held }),
            tag('clock', 'clock', { dataType: 'datetime' }),
            tag('cell', 'memory', { access: 'read-write' }),
          ],
        },
      ],
    },
    {
      id: 'line',
      type: 'modbus',
      enabled: true,
      options: { host: '127.0.0.1', port: 9 },
      devices: [{ id: 'unit', options: { unitId: 1 }, tags: [tag('register', 'HR0')] }],
    },
    { id: 'off', type: 'simulator', enabled: false, devices: [{ id: 'd1', options: {}, tags: [tag('idle', ramp)] }] },
  ],
};

describe('what devices remember (§3.2)', () => {
  let running: RunningPlant;
  let devices: LocalDevices;
  /** Ten seconds that are over: the device has a value of each. */
  const toMs = Math.floor(Date.now() / 10_000) * 10_000;
  const range = { fromMs: toMs - 10_000, toMs, processed: undefined, limit: 100, cursor: undefined };

  beforeAll(async () => {
    running = await RunningPlant.start(plant);
    await running.good('lab/plain');
    const { services } = running.driver('line');
    await waitFor(() => services.lacks('readRaw'), { what: 'a driver of which it is known what it cannot do' });
    const clock = { wallMs: () => Date.now() };
    devices = new LocalDevices({
      instances: running.drivers.byId,
      store: running.store,
      clock,
      logger: collectingLogger(),
    });
  });

  afterAll(async () => await running[Symbol.asyncDispose]());

  const values = async (path: string, more: Partial<DeviceHistoryQuery> = {}): Promise<readonly number[]> => {
    const { points } = await devices.history(`lab/${path}`, { ...range, ...more }, 'c-1');
    return points.map(({ value }) => Number(value));
  };
  const aggregated = async (path: string, aggregate: 'minimum' | 'maximum' | 'average' | 'count'): Promise<number> =>
    (await values(path, { processed: { aggregate, intervalMs: 10_000 } }))[0];
  const rounded = (numbers: readonly number[]): readonly number[] => numbers.map((number) => Math.round(number));

  it('comes in the units of the tag', async () => {
    const plain = await values('plain');
    expect(plain).toHaveLength(10);
    expect(rounded(await values('scaled'))).toEqual(rounded(plain.map((value) => 10 - 2 * value)));
    expect(Math.min(...(await values('clamped')))).toBe(-20);
    expect(Math.max(...(await values('clamped')))).toBeLessThanOrEqual(0);
  });

  it('is aggregated as the tag is seen, not as the device sees it', async () => {
    const [least, most] = [await aggregated('plain', 'minimum'), await aggregated('plain', 'maximum')];
    expect(most).toBeGreaterThan(least + 50);
    expect(await aggregated('scaled', 'minimum')).toBeCloseTo(10 - 2 * most, 2);
    expect(await aggregated('scaled', 'maximum')).toBeCloseTo(10 - 2 * least, 2);
    expect(await aggregated('scaled', 'average')).toBeCloseTo(10 - 2 * (await aggregated('plain', 'average')), 2);
    expect(await aggregated('scaled', 'count')).toBe(10);
  });

  it('comes page by page', async () => {
    const first = await devices.history('lab/plain', { ...range, limit: 4 }, 'c-1');
    expect([first.source, first.points.length]).toEqual(['device', 4]);
    const cursor = first.nextCursor ?? undefined;
    const rest = await devices.history('lab/plain', { ...range, cursor }, 'c-1');
    expect([rest.points.length, rest.nextCursor]).toEqual([6, null]);
    expect(rest.points[0].sourceAt > first.points[3].sourceAt).toBe(true);
  });

  it('reaches from an hour ago to now unless somebody says otherwise', async () => {
    const { points } = await devices.history(
      'lab/clock',
      { ...range, fromMs: undefined, toMs: undefined, limit: 1 },
      'c',
    );
    expect(points[0].value).toBe(points[0].sourceAt);
    expect(Date.now() - Date.parse(points[0].sourceAt)).toBeLessThan(3_700_000);
    expect(Date.now() - Date.parse(points[0].sourceAt)).toBeGreaterThan(3_500_000);
  });

  it.each([
    ['lab/none', 'TAG_UNKNOWN'],
    ['lab/register', 'HISTORY_UNSUPPORTED'],
    ['lab/idle', 'DRIVER_STOPPED'],
  ])('of %s is refused: %s', async (path, code) => {
    await expect(devices.history(path, range, 'c-1')).rejects.toMatchObject({ code });
  });

  it('is what the device says when it says no', async () => {
    await expect(devices.history('lab/cell', range, 'c-1')).rejects.toMatchObject({ kind: 'rejected' });
  });

  it.each([
    ['line', 'unit', 'CALL_UNSUPPORTED'],
    ['off', 'd1', 'DRIVER_STOPPED'],
    ['waves', 'd2', 'DEVICE_UNKNOWN'],
    ['nobody', 'd1', 'DRIVER_UNKNOWN'],
  ])('methods of %s/%s are refused: %s', async (driverId, device, code) => {
    const call = devices.callMethod(
      driverId,
      device,
      { object: '', method: 'resetMemory', args: [] },
      testOrigin({ correlationId: 'c' }),
    );
    await expect(call).rejects.toMatchObject({ code, writeOutcome: 'not-sent' });
  });
});
