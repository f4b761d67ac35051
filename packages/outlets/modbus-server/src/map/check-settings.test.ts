import { parseDataType } from '@fieldwarden/core';
import type { PlantFacts } from '@fieldwarden/service';
import { describe, expect, it } from 'vitest';
import { modbusServerSettings } from '../settings.js';
import { allowedAddresses, checkSettings } from './check-settings.js';

const types: Readonly<Record<string, string>> = {
  speed: 'float32',
  count: 'uint64',
  name: 'string',
  run: 'bool',
  list: 'int16[4]',
};

const plant: PlantFacts = {
  site: 'test',
  looksAtFiles: true,
  hasTagIn: (area) => area !== 'gone/**',
  tag: (path) =>
    types[path] === undefined
      ? undefined
      : { path, type: parseDataType(types[path])!, access: path === 'count' ? 'read-only' : 'read-write' },
  paths: () => Object.keys(types),
};

function findings(map: readonly object[], unit: object = {}, more: object = {}): string[] {
  const settings = modbusServerSettings.parse({ units: [{ ...unit, map }], ...more });
  return checkSettings(settings, plant).map(({ path, rule, severity }) => `${path.join('.')} ${rule} ${severity}`);
}

describe('rules of the settings', () => {
  it('has nothing to say about a map that can be served', () => {
    expect(
      findings([
        { path: 'speed', address: 'HR0', access: 'read-write' },
        { path: 'count', address: 400_003 },
        { path: 'name', address: 'HR6.10H' },
        { path: 'run', address: 'HR11.0' },
        { path: 'run', address: 'HR11.1', quality: true },
        { path: 'run', address: 'C0' },
        { path: 'list', address: 'IR0' },
        { path: 'speed', address: 'IR4', quality: true },
        { path: 'speed', address: 'DI0', quality: true },
        { path: 'speed', address: 'IR5', dataType: 'int16' },
        { path: '_system/uptime', address: 'IR6', dataType: 'float64' },
      ]),
    ).toEqual([]);
  });

  it.each([
    ['overlap', [{ path: 'speed', address: 'HR0' }, { path: 'list', address: 'HR1' }], 'units.0.map.1.address modbus-overlap error'],
    ['overlap of bits', [{ path: 'run', address: 'HR0.3' }, { path: 'run', address: 'HR0.3' }], 'units.0.map.1.address modbus-overlap error'],
    ['bits in a register of another', [{ path: 'list', address: 'HR0' }, { path: 'run', address: 'HR2.3' }], 'units.0.map.1.address modbus-overlap error'],
    ['unknown tag', [{ path: 'spede', address: 'HR0' }], 'units.0.map.0.path modbus-unknown-tag error'],
    ['type that does not fit', [{ path: 'name', address: 'HR0', dataType: 'uint16' }], 'units.0.map.0.dataType modbus-type error'],
    ['system tag without type', [{ path: '_system/uptime', address: 'HR0' }], 'units.0.map.0.dataType modbus-type error'],
    ['quality with a type', [{ path: 'speed', address: 'HR0', quality: true, dataType: 'float32' }], 'units.0.map.0.dataType modbus-type error'],
    ['odd address', [{ path: 'speed', address: '500001' }], 'units.0.map.0.address modbus-address error'],
    ['text without a length', [{ path: 'name', address: 'HR0' }], 'units.0.map.0.address modbus-address error'],
    ['writable input', [{ path: 'speed', address: 'IR0', access: 'read-write' }], 'units.0.map.0.access modbus-access error'],
    ['writable quality', [{ path: 'speed', address: 'HR0', quality: true, access: 'read-write' }], 'units.0.map.0.access modbus-access error'],
    ['write to a read-only tag', [{ path: 'count', address: 'HR0', access: 'read-write' }], 'units.0.map.0.access modbus-access warning'],
  ])('finds: %s', (_, map, finding) => {
    expect(findings(map)).toEqual([finding]);
  }); // prettier-ignore

  it('finds a unit that is there twice, and what is no network', () => {
    const settings = modbusServerSettings.parse({
      units: [{}, {}],
      allow: ['10.1.0.0/16', '10.1.0.0/33', 'hmi', '::1'],
    });
    expect(checkSettings(settings, plant).map(({ path }) => path)).toEqual([
      ['allow', 1],
      ['allow', 2],
      ['units', 1, 'unitId'],
    ]);
  });

  it('refuses a data type that is none, and fields that nobody knows', () => {
    expect(
      modbusServerSettings.safeParse({ units: [{ map: [{ path: 'a', address: 'HR0', dataType: 'float' }] }] }).success,
    ).toBe(false);
    expect(modbusServerSettings.safeParse({ units: [{ scale: 2 }] }).success).toBe(false);
  });
});

describe('addresses that may connect', () => {
  it('lets everybody in without a list', () => {
    expect(allowedAddresses(undefined)('203.0.113.7')).toBe(true);
  });

  it('lets in addresses and networks, IPv4 also where it arrives as IPv6', () => {
    const isAllowed = allowedAddresses(['10.1.0.0/16', '192.168.0.20', 'fd00::/8']);
    expect(['10.1.2.3', '::ffff:10.1.2.3', '192.168.0.20', 'fd00::5'].map(isAllowed)).toEqual([true, true, true, true]);
    expect(['10.2.0.1', '192.168.0.21', '::1', '', 'x'].map(isAllowed)).toEqual([false, false, false, false, false]);
  });
});
