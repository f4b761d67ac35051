import { DriverRegistry, loadDriverModule } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import { builtInDrivers } from './built-in-drivers.js';

/** SPEC §3.1. */
const tiers: Readonly<Record<string, string>> = {
  chaos: 'C',
  modbus: 'B',
  'modbus-rtu': 'C',
  mqtt: 'A',
  'opcua-client': 'A',
  s7: 'C',
  simulator: 'A',
};

describe('the built-in drivers (§3.1)', () => {
  const definitions = builtInDrivers().types();

  it('are those of the specification, each in its tier', () => {
    expect(Object.fromEntries(definitions.map(({ type, tier }) => [type, tier]))).toEqual(tiers);
  });

  it.each(definitions.map((definition) => [definition.type, definition] as const))(
    '%s can be loaded by a Host from its entry',
    async (type, { entry, version }) => {
      expect(await loadDriverModule(entry)).toMatchObject({ type, version });
    },
  );
});

describe('the registry (§3.1)', () => {
  const [sound] = builtInDrivers().types();

  it.each([
    ['a tier', { ...sound, tier: undefined }, 'DRIVER_WITHOUT_TIER'],
    ['a module that a Host can load', { ...sound, entry: undefined }, 'DRIVER_WITHOUT_HOST_ENTRY'],
    ['a name', { ...sound, type: 'No Name' }, 'DRIVER_TYPE_NAME'],
  ])('refuses a type without %s', (_what, definition, code) => {
    expect(() => new DriverRegistry().register(definition as never)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a name that is taken', () => {
    expect(() => builtInDrivers().register(sound)).toThrow(expect.objectContaining({ code: 'DRIVER_TYPE_TWICE' }));
  });

  it('says why a module is no driver', async () => {
    await expect(loadDriverModule(import.meta.url)).rejects.toMatchObject({ code: 'DRIVER_NOT_DEFINED' });
    await expect(loadDriverModule('file:///nowhere/driver.js')).rejects.toMatchObject({
      code: 'DRIVER_NOT_LOADED',
      message: expect.stringMatching(/could not be loaded: Cannot find module/) as string,
    });
  });
});
