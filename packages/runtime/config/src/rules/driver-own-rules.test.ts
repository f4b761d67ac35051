import type { CheckedDevice, DriverDefinition } from '@fieldwarden/driver';
import { expect, it } from 'vitest';
import type { Catalogue } from '../document/catalogue.js';
import { sampleCatalogue } from '../testing/sample-catalogue.js';
import { validatePlant } from './validate-plant.js';

/** The sample catalogue and the type `ruled`, a press with rules of its own. */
function catalogueWith(check: DriverDefinition['check']): Catalogue {
  const catalogue = sampleCatalogue();
  const press = catalogue.drivers.get('press')!;
  catalogue.drivers.register({ ...press, type: 'ruled', ...(check && { check }) });
  return catalogue;
}

const plant = (options: object = { host: 'h' }): object => ({
  version: 1,
  site: 'a',
  drivers: [
    {
      id: 'p',
      type: 'ruled',
      options,
      devices: [
        { id: 'd', options: { unitId: 'x' } },
        { id: 'e', tags: [{ path: 'a', address: '1', dataType: 'bool', access: 'read-write', verify: true }] },
        { id: 'f', tags: [{ path: 'b', address: '1', dataType: 'bool' }] },
      ],
    },
  ],
});

it('a driver type judges its options, devices and tags by rules of its own (§7.1)', () => {
  const seen: [unknown, readonly CheckedDevice[]][] = [];
  const { findings } = validatePlant(
    plant(),
    catalogueWith((options, devices) => {
      seen.push([options, devices]);
      return [
        { path: ['options', 'host'], rule: 'own', message: 'beware', severity: 'warning' },
        { path: ['devices', 1, 'tags', 0, 'access'], rule: 'own', message: 'no', severity: 'error' },
      ];
    }),
  );
  expect(seen).toEqual([
    [
      { host: 'h', port: 502, timeoutMs: 1_000 },
      [
        { options: { unitId: 1 }, tags: [] }, // what is right about them, defaults filled
        { options: { unitId: 1 }, tags: [{ access: 'read-write', verify: true }] },
        { options: { unitId: 1 }, tags: [{ access: 'read-only', verify: false }] },
      ],
    ],
  ]);
  const own = findings.filter(({ rule }) => rule === 'own');
  expect(own.map(({ path, severity }) => `${severity} ${path}`)).toEqual([
    'warning drivers[0].options.host',
    'error drivers[0].devices[1].tags[0].access',
  ]);
});

it('is not asked about options that make no sense, and may fail without taking the check with it', () => {
  const failing = (): never => {
    throw new Error('boom');
  };
  expect(validatePlant(plant({}), catalogueWith(failing)).findings.map(({ rule }) => rule)).not.toContain('own');
  const { findings } = validatePlant(plant(), catalogueWith(failing));
  expect(findings).toContainEqual({
    path: 'drivers[0]',
    rule: 'driver-options',
    message: 'the rules of driver type ruled failed: boom',
    severity: 'error',
  });
});
