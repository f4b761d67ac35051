import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { modbusDeviceOptions } from '../device-options.js';
import { modbusHint } from './address-hint.js';

const deviceOptions = modbusDeviceOptions.parse({});

function hint(address: string, more: object = {}): string | undefined {
  const point = { address, type: { scalar: 'uint16' }, deviceOptions, status: statusCodes.BadNodeIdUnknown } as const;
  return modbusHint({ ...point, ...more });
}

describe('the hint for an address that the device refuses', () => {
  it('names the neighbours in the notation of the engineer', () => {
    expect(hint('400013')).toContain('refuses HR 12. Manuals count from 0 or from 1: try 400012 or 400014.');
    expect(hint('40010')).toContain('try 40009 or 40011.');
    expect(hint('HR100')).toContain('try HR99 or HR101.');
    expect(hint('400020.3', { type: { scalar: 'bool' } })).toContain('try 400019.3 or 400021.3.');
  });

  it('does not name a neighbour that is none', () => {
    expect(hint('400001')).toContain('try 400002.');
    expect(hint('HR0')).toContain('try HR1.');
  });

  it('asks for the length of a value of several registers', () => {
    expect(hint('400013', { type: { scalar: 'float32' } })).toContain('refuses HR 12..13.');
    expect(hint('400013', { type: { scalar: 'float32' } })).toContain('takes 2 registers');
    expect(hint('400013')).not.toContain('takes');
  });

  it('is none for another trouble', () => {
    expect(hint('400013', { status: statusCodes.BadTimeout })).toBeUndefined();
  });
});
