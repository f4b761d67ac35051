import { planApply } from '@fieldwarden/config';
import { statusCodes } from '@fieldwarden/core';
import { waitFor, testOrigin } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failuresOf } from '../drivers/apply-outcome.js';
import { numberRegistry, type NumberSessions } from '../testing/number-driver.js';
import { RunningPlant } from '../testing/running-plant.js';

interface DriverText {
  readonly id: string;
  readonly options?: object;
  readonly devices: readonly object[];
  readonly resilience?: object;
  readonly supervision?: object;
}

const scanMs = 20;
const tag = (path: string, address: string, more: object = {}): object => ({
  path,
  address,
  dataType: 'float64',
  scanMs,
  ...more,
});
const device = (id: string, base: number, tags: readonly object[]): object => ({ id, options: { base }, tags });
const plantWith = (...drivers: readonly DriverText[]): object => ({
  version: 1,
  site: 'test',
  drivers: drivers.map((driver) => ({ type: 'number', ...driver })),
});

describe('live configuration (§7.5)', () => {
  let sessions: NumberSessions;
  let running: RunningPlant;

  beforeEach(() => {
    sessions = { opened: 0, told: [], written: [], refusesDevices: false };
  });

  afterEach(async () => {
    await running[Symbol.asyncDispose]();
  });

  const start = async (document: object): Promise<void> => {
    running = await RunningPlant.start(document, numberRegistry(sessions));
  };

  it('tells a session that takes devices live of them; those that stay are read on', async () => {
    await start(
      plantWith({ id: 'd', devices: [device('one', 100, [tag('a', '1')]), device('two', 200, [tag('b', '1')])] }),
    );
    await running.good('a', 101);
    await running.good('b', 201);
    const [{ invoker }] = running.driver('d').devices;
    const devices = [
      device('one', 100, [tag('a', '1')]),
      device('two', 500, [tag('b', '1')]),
      device('new', 300, [tag('c', '1')]),
    ];
    const outcome = await running.apply(plantWith({ id: 'd', devices }));
    expect(failuresOf(outcome)).toEqual([]);
    await running.good('c', 301);
    await running.good('b', 501);
    expect(sessions).toMatchObject({ opened: 1, told: [['one', 'two', 'new']] });
    expect(running.driver('d').devices[0].invoker).toBe(invoker);
    expect(
      running
        .driver('d')
        .devices.map(({ id }) => id)
        .sort(),
    ).toEqual(['new', 'one', 'two']);
  });

  it('makes the session anew when it refuses to take devices live', async () => {
    sessions.refusesDevices = true;
    await start(plantWith({ id: 'd', devices: [device('one', 100, [tag('a', '1')])] }));
    await running.good('a', 101);
    await running.apply(plantWith({ id: 'd', devices: [device('one', 700, [tag('a', '1')])] }));
    await running.good('a', 701);
    expect(sessions).toMatchObject({ opened: 2, told: [] });
  });

  it('a write that waits longer than its session lives reaches no session', async () => {
    const patience = { resilience: { bulkhead: { concurrent: 1 } }, supervision: { drainMs: 50 } };
    const writable = tag('a', '1', { access: 'read-write' });
    const devices = (base: number): readonly object[] => [device('one', base, [writable])];
    await start(plantWith({ id: 'd', options: { takesMs: 600 }, devices: devices(100), ...patience }));
    await waitFor(() => running.driver('d').devices[0].invoker.status.exchanging > 0, { what: 'a read under way' });
    const write = running.writes.writePath('a', 7, testOrigin({ correlationId: 'test' }));
    await running.apply(plantWith({ id: 'd', options: { takesMs: 1 }, devices: devices(900), ...patience }));
    await running.good('a', 901);
    expect(await write).toMatchObject({ outcome: 'not-sent' });
    expect(sessions.written).toEqual([]);
    await running.writes.writePath('a', 7, testOrigin({ correlationId: 'test' }));
    expect(sessions.written).toEqual([901]);
  });

  it('an in-process driver that is Faulted after an apply goes back to what it ran before', async () => {
    await start(plantWith({ id: 'd', devices: [device('one', 100, [tag('a', '1')])] }));
    await running.good('a', 101);
    const broken = plantWith({ id: 'd', options: { broken: true }, devices: [device('one', 100, [tag('a', '2')])] });
    await running.apply(broken);
    await waitFor(() => running.drivers.configuration.rolledBack.length === 1, { what: 'the roll-back' });
    expect(running.drivers.configuration.rolledBack[0]).toMatchObject({
      driverId: 'd',
      reason: 'broken as configured',
    });
    await running.good('a', 101);
    expect(running.driver('d')).toMatchObject({ generation: 1, state: 'Healthy' });
  });

  it('whatever is applied while reads are under way: what runs is what was published, and no value is ever another tag’s', async () => {
    await start(plantWith());
    const lies: string[] = [];
    running.store.onChange((handles, count) => {
      for (const handle of handles.subarray(0, count)) {
        const definition = running.store.definition(handle);
        if (!definition || running.store.status(handle) !== statusCodes.Good) continue;
        const { driverId, deviceId, address } = definition;
        const device = running.drivers.byId.get(driverId ?? '')?.driver.devices.find(({ id }) => id === deviceId);
        const { base } = device?.options as { base: number };
        const gain = definition.scaling?.gain ?? 1;
        const expected = (base + Number(address)) * gain;
        if (running.store.value(handle) !== expected)
          lies.push(`${definition.path}: ${String(running.store.value(handle))} for ${expected}`);
      }
    });
    const place = fc.record({
      driver: fc.nat(1),
      device: fc.nat(1),
      address: fc.nat(9),
      gain: fc.constantFrom(1, 1, 3),
      scanMs: fc.constantFrom(10, 20, 20),
    });
    const plants = fc.record({
      tags: fc.array(fc.option(place, { nil: undefined }), { minLength: 8, maxLength: 8 }),
      bases: fc.array(fc.constantFrom(1_000, 2_000), { minLength: 4, maxLength: 4 }),
      takesMs: fc.array(fc.constantFrom(7, 7, 11), { minLength: 2, maxLength: 2 }),
    });
    const documentOf = ({ tags, bases, takesMs }: typeof plants extends fc.Arbitrary<infer T> ? T : never): object =>
      plantWith(
        ...[0, 1].map((driver) => ({
          id: `d${driver}`,
          options: { takesMs: takesMs[driver] },
          devices: [0, 1].map((number) => ({
            ...device(`e${number}`, bases[2 * driver + number] + 100 * (2 * driver + number), []),
            tags: tags.flatMap((at, i) =>
              at?.driver === driver && at.device === number
                ? [
                    tag(`t${i}`, String(at.address), {
                      scanMs: at.scanMs,
                      ...(at.gain !== 1 && { scaling: { gain: at.gain } }),
                    }),
                  ]
                : [],
            ),
          })),
        })),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(plants, { minLength: 1, maxLength: 5 }), async (steps) => {
        for (const step of steps) {
          const outcome = running.apply(documentOf(step));
          const still = planApply(running.drivers.plant, running.published, running.catalogue);
          expect(still.drivers).toEqual([]);
          expect(failuresOf(await outcome)).toEqual([]);
        }
        const isAllGood = (): boolean => running.store.quality().good === running.store.plantSize;
        await waitFor(isAllGood, { what: 'good values of all' });
        expect(lies).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
