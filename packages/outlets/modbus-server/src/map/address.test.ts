import { parseDataType } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServedAddress } from './address.js';
import { areaTraits, areas } from './area.js';

const parse = (text: string, type = 'uint16', zeroBased = false) =>
  parseServedAddress(text, parseDataType(type)!, zeroBased);

describe('addresses', () => {
  it.each([
    ['HR0', 'uint16', 'holding-register', 0, 1],
    ['400001', 'uint16', 'holding-register', 0, 1],
    ['40001', 'uint16', 'holding-register', 0, 1],
    ['41', 'uint16', 'holding-register', 0, 1],
    ['465536', 'uint16', 'holding-register', 65_535, 1],
    ['300010', 'float32', 'input-register', 9, 2],
    ['ir9', 'float64', 'input-register', 9, 4],
    ['000001', 'bool', 'coil', 0, 1],
    ['C7', 'bool[9]', 'coil', 7, 9],
    ['100001', 'bool', 'discrete-input', 0, 1],
    ['DI3', 'bool', 'discrete-input', 3, 1],
    ['HR5.12', 'bool[8]', 'holding-register', 5, 2],
    ['HR5.7H', 'string', 'holding-register', 5, 4],
    ['HR5.7L1', 'string[2]', 'holding-register', 5, 14],
    ['HR5.BCD', 'uint32', 'holding-register', 5, 2],
    ['HR5', 'datetime', 'holding-register', 5, 2],
    ['HR5.MS', 'datetime', 'holding-register', 5, 4],
    ['HR5', 'int64[3]', 'holding-register', 5, 12],
  ])('%s as %s', (text, type, area, start, count) => {
    expect(parse(text, type)).toMatchObject({ area, start, count });
  });

  it('counts numeric addresses from 0 where the unit does, and prefixes always', () => {
    expect(parse('400000', 'uint16', true).start).toBe(0);
    expect(parse('HR1', 'uint16', true).start).toBe(1);
  });

  it.each([
    ['5', 'uint16', /in quotes/],
    ['500001', 'uint16', /areas are/],
    ['4000001', 'uint16', /at most five/],
    ['holding 1', 'uint16', /expected forms/],
    ['400000', 'uint16', /from 1/],
    ['465536', 'float32', /beyond the last/],
    ['HR65536', 'uint16', /65536 addresses/],
    ['C0', 'uint16', /coil is bool/],
    ['C0.1', 'bool', /no suffix/],
    ['HR0.16', 'bool', /bits 0 to 15/],
    ['HR0.1', 'uint16', /bit of a register is bool/],
    ['HR0', 'string', /needs a length/],
    ['HR0.0H', 'string', /needs a length/],
    ['HR0.3H', 'uint16', /for string and bytes/],
    ['HR0.BCD', 'int16', /BCD is for/],
    ['HR0.MS', 'int64', /MS is for/],
  ])('says what is wrong with %s as %s', (text, type, message) => {
    expect(() => parse(text, type)).toThrow(message);
  });

  it('says the same place in both notations', () => {
    fc.assert(
      fc.property(fc.constantFrom(...areas), fc.integer({ min: 0, max: 65_535 }), (area, start) => {
        const { short, digit, holds } = areaTraits[area];
        const type = holds === 'bits' ? 'bool' : 'uint16';
        const number = digit + String(start + 1).padStart(5, '0');
        expect(parse(number, type)).toEqual(parse(`${short}${start}`, type));
      }),
    );
  });
});
