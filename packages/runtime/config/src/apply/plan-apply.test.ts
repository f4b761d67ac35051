import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ApplyPlan, ChangedDriver, ServiceChange } from './apply-plan.js';
import { planApply } from './plan-apply.js';
import type { PlantDocument } from '../document/plant-document.js';
import type { PlantService } from '../resolve/plant.js';
import { arbitraryDocument, plantOf } from '../testing/arbitrary-plants.js';
import { applyToModel, modelOf } from '../testing/plant-model.js';
import { sampleCatalogueWithSwarm } from '../testing/sample-catalogue.js';

const catalogue = sampleCatalogueWithSwarm();

const speed = { path: 'filler/speed', address: '1', dataType: 'float32' };
const level = { path: 'filler/level', address: '3', dataType: 'float32' };
const filler = { id: 'filler', tags: [speed, level] };
const press = { id: 'press-1', type: 'press', options: { host: 'a' }, devices: [filler] };
const other = { id: 'other', type: 'robot', options: { host: 'b' }, devices: [{ id: 'arm' }] };

const documentOf = (...drivers: readonly object[]) => ({ version: 1, site: 'lab', drivers }) as PlantDocument;

function plan(old: PlantDocument | null, next: PlantDocument): ApplyPlan {
  return planApply(old && plantOf(old), plantOf(next), { ...catalogue, written: { old, next } });
}

/** The plan for `press` when it becomes `{ ...press, ...fields }`, beside a driver that stays. */
function changed(fields: object, before: object = press): ChangedDriver {
  const { drivers } = plan(documentOf(before, other), documentOf(other, { ...before, ...fields }));
  expect(drivers.map(({ kind, driverId }) => `${kind} ${driverId}`)).toEqual(['change press-1']);
  return drivers[0] as ChangedDriver;
}

const untouched = { restart: false, run: null, move: null, settings: [], devices: [] };
const withTags = (...tags: readonly object[]) => ({ devices: [{ ...filler, tags }] });

describe('the plan of an apply (§7.5)', () => {
  it('restarts a driver whose options differ', () => {
    expect(changed({ options: { host: 'c' } })).toMatchObject({ ...untouched, restart: true });
  });

  it('moves a driver whose isolation differs, and starts and stops one by `enabled`', () => {
    expect(changed({ isolation: 'host' })).toMatchObject({ ...untouched, move: 'host' });
    expect(changed({ enabled: false })).toMatchObject({ ...untouched, run: 'stop' });
    expect(changed({ enabled: true }, { ...press, enabled: false })).toMatchObject({ ...untouched, run: 'start' });
  });

  it('takes settings over while the driver runs', () => {
    const fields = {
      resilience: { read: { timeoutMs: 500 } },
      isolation: 'auto',
      stability: { wedge: { thresholdMs: 5_000 } },
    };
    expect(changed(fields)).toMatchObject({ ...untouched, settings: ['resilience', 'stability'] });
    expect(changed({ supervision: { drainMs: 0 } })).toMatchObject({ ...untouched, settings: ['supervision'] });
  });

  it('removes and adds a driver whose type differs', () => {
    const { drivers } = plan(documentOf(press, other), documentOf({ ...press, type: 'robot' }, other));
    expect(drivers.map(({ kind, driverId }) => `${kind} ${driverId}`)).toEqual(['remove press-1', 'add press-1']);
  });

  it('does the same where another version of the type has another tier', () => {
    const before = plantOf(documentOf(press));
    const next = { ...before, drivers: [{ ...before.drivers[0], tier: 'C' as const }] };
    const { drivers, steps } = planApply(before, next, catalogue);
    expect(drivers.map(({ kind }) => kind)).toEqual(['remove', 'add']);
    expect(steps[0].reason).toBe('tier of press changed: B → C; its 1 device and 2 tags go');
  });

  it.each([
    ['a new device', [filler, { id: 'capper' }]],
    ['a device that goes', []],
    ['other options of a device', [{ ...filler, options: { unitId: 2 } }]],
  ])('restarts for %s, unless the type takes it live', (_says, devices) => {
    expect(changed({ devices }).restart).toBe(true);
    const live = changed({ devices }, { ...press, type: 'swarm' });
    expect(live).toMatchObject({ restart: false });
    expect(live.devices).toHaveLength(1);
  });

  it('never restarts for tags', () => {
    const { devices, ...rest } = changed(withTags({ ...speed, address: '5' }, { ...level, path: 'filler/height' }));
    expect(rest).toMatchObject({ restart: false, run: null, move: null, settings: [] });
    expect(devices).toMatchObject([
      {
        kind: 'change',
        deviceId: 'filler',
        options: false,
        tags: {
          added: [{ path: 'filler/height' }],
          removed: ['filler/level'],
          changed: [{ next: { path: 'filler/speed' } }],
        },
      },
    ]);
  });

  it.each([
    ['description', { description: 'x' }, {}],
    ['unit', { unit: 'm' }, {}],
    ['limits', { limits: { min: 0, max: 1 } }, {}],
    ['deadband', { deadband: { absolute: 1 } }, {}],
    ['access', { access: 'read-write' }, {}],
    ['scaling', { scaling: { gain: 2 } }, { valueStale: true, newNode: true }],
    ['scan interval', { scanMs: 500 }, { newPlan: true }],
    ['address', { address: '9' }, { newPlan: true, valueStale: true }],
    ['data type', { dataType: 'int32' }, { newPlan: true, valueStale: true, newNode: true }],
  ])('says what another %s costs', (_field, fields, costs) => {
    const { devices } = changed(withTags({ ...speed, ...fields }, level));
    const expected = { newPlan: false, valueStale: false, newNode: false, ...costs };
    expect(devices).toMatchObject([{ tags: { added: [], removed: [], changed: [expected] } }]);
  });

  it('keeps the node of a tag whose scaling gets another slope, but not its value', () => {
    const scaled = (gain: number) => withTags({ ...speed, scaling: { gain } }, level);
    const { devices } = changed(scaled(2), { ...press, ...scaled(3) });
    expect(devices).toMatchObject([{ tags: { changed: [{ newPlan: false, valueStale: true, newNode: false }] } }]);
  });

  it('sees what a secret stands for', () => {
    const options = { host: '${env:HOST}' };
    const document = documentOf({ ...press, options });
    const before = plantOf(document);
    const moved = { ...before.drivers[0], options: { ...(before.drivers[0].options as object), host: 'elsewhere' } };
    const { drivers } = planApply(before, { ...before, drivers: [moved] }, catalogue);
    expect(drivers).toMatchObject([{ kind: 'change', restart: true }]);
  });

  it('says apart what concerns the gateway', () => {
    const next = {
      ...documentOf(press),
      logging: { level: 'debug' },
      tls: { enabled: true },
      opcua: { port: 0 },
    } as PlantDocument;
    const { drivers, services, gateway } = plan(documentOf(press), next);
    expect(drivers).toEqual([]);
    expect(gateway).toMatchObject({ logging: { level: 'debug' }, tls: { enabled: true, certFile: null }, site: null });
    expect(services).toMatchObject([
      { kind: 'change', serviceId: 'opcua', live: false, next: { settings: { port: 0 } } },
    ]);
    expect(plan(documentOf(press), { ...documentOf(press), site: 'b' }).gateway).toEqual({
      logging: null,
      tls: null,
      site: 'b',
    });
  });

  it('adds everything where nothing runs yet', () => {
    const { drivers, services, gateway } = plan(null, documentOf(press, other));
    expect(services).toMatchObject([{ kind: 'add', service: { id: 'opcua', enabled: true } }]);
    expect(drivers.map(({ kind, driverId }) => `${kind} ${driverId}`)).toEqual(['add press-1', 'add other']);
    expect(gateway).toMatchObject({ logging: { level: 'info' }, site: null });
  });

  it('turns a model of the old plant into one of the next', () => {
    fc.assert(
      fc.property(fc.option(arbitraryDocument), arbitraryDocument, (old, next) => {
        const { drivers, services, gateway } = plan(old, next);
        const before = old && plantOf(old);
        const after = plantOf(next);
        expect(applyToModel({ drivers }, modelOf(before))).toEqual(modelOf(after));
        expect(gateway.logging ?? before?.logging).toEqual(after.logging);
        expect(gateway.tls ?? before?.tls).toEqual(after.tls);
        expect(servicesAfter(services, before?.services ?? [])).toEqual(after.services);
      }),
    );
  });

  it('names only what is touched, and says something about it', () => {
    fc.assert(
      fc.property(arbitraryDocument, arbitraryDocument, (old, next) => {
        const { drivers, steps } = plan(old, next);
        const [before, after] = [modelOf(plantOf(old)), modelOf(plantOf(next))];
        const touched = new Set(drivers.map(({ driverId }) => driverId));
        for (const id of new Set([...before.keys(), ...after.keys()])) {
          const same = isDeepStrictEqual(before.get(id), after.get(id));
          expect(touched.has(id), id).toBe(!same);
        }
        expect(new Set(steps.flatMap(({ driverId }) => driverId ?? []))).toEqual(touched);
      }),
    );
  });

  it('is empty for the same plant in another order, and with defaults written out', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const drivers = [...(document.drivers ?? [])].reverse().map((driver) => ({
          enabled: true,
          isolation: 'auto' as const,
          ...driver,
          options: { timeoutMs: 1_000, port: 502, ...driver.options },
          devices: [...(driver.devices ?? [])].reverse().map((device) => ({
            ...device,
            tags: [...(device.tags ?? [])]
              .reverse()
              .map((tag) => ({ scanMs: 1_000, access: 'read-only' as const, ...tag })),
          })),
        }));
        const same = planApply(plantOf(document), plantOf({ ...document, drivers }), catalogue);
        expect(same).toEqual({
          drivers: [],
          services: [],
          gateway: { logging: null, tls: null, site: null },
          steps: [],
        });
      }),
    );
  });
});

/** What runs when a plan has been carried out. */
function servicesAfter(changes: readonly ServiceChange[], before: readonly PlantService[]): readonly PlantService[] {
  const services = new Map(before.map((service) => [service.id, service]));
  for (const change of changes) {
    if (change.kind === 'remove') services.delete(change.serviceId);
    else services.set(change.serviceId, change.kind === 'add' ? change.service : change.next);
  }
  return [...services.values()];
}
