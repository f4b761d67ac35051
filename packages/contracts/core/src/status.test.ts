import { describe, expect, it } from 'vitest';
import { isBad, isGood, isUncertain, statusCodes, statusName } from './status.js';

describe('status codes', () => {
  // OPC 10000-6, Annex A.2, by hand: a table generated wrongly would carry every test that takes its codes from it.
  it.each([
    ['Good', 0x00000000],
    ['BadDeviceFailure', 0x808b0000],
    ['BadNoCommunication', 0x80310000],
    ['BadTimeout', 0x800a0000],
    ['BadNodeIdUnknown', 0x80340000],
    ['BadWaitingForInitialData', 0x80320000],
    ['BadNotWritable', 0x803b0000],
    ['BadOutOfRange', 0x803c0000],
    ['UncertainLastUsableValue', 0x40900000],
  ] as const)('%s has the number of the specification', (name, code) => {
    expect(statusCodes[name]).toBe(code);
  });

  it('every name of the table says its severity', () => {
    for (const [name, code] of Object.entries(statusCodes)) {
      expect(isBad(code)).toBe(name.startsWith('Bad'));
      expect(isUncertain(code)).toBe(name.startsWith('Uncertain'));
      expect(isGood(code)).toBe(name.startsWith('Good'));
    }
  });

  it('names a code with info bits by its base, and an unknown one by its number', () => {
    expect(statusName((statusCodes.BadTimeout | 0x0480) >>> 0)).toBe('BadTimeout');
    expect(statusName(0x8fff0000)).toBe('0x8fff0000');
  });
});
