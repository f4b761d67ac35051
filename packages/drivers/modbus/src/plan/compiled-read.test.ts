import { parseDataType } from '@fieldwarden/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseModbusAddress } from '../address/address.js';
import { modbusDeviceOptions } from '../device-options.js';
import { compilePoints } from './compiled-read.js';

const deviceOptions = modbusDeviceOptions.parse({});

const written = [
  ['HR0', 'uint16'],
  ['HR0.BCD', 'uint16'],
  ['HR0', 'int16'],
  ['IR0', 'uint16'],
  ['HR2', 'float32'],
  ['HR2', 'uint32'],
  ['HR4', 'float32[2]'],
  ['HR8.3', 'bool'],
  ['HR8.5', 'bool'],
  ['HR8.3', 'bool[4]'],
  ['HR9.4H', 'string'],
  ['HR9.4L', 'string'],
  ['HR9.8H', 'string'],
  ['HR20', 'datetime'],
  ['HR20.MS', 'datetime'],
  ['C5', 'bool'],
  ['DI5', 'bool[3]'],
] as const;

it('understands each point as its address alone is understood, whichever others are compiled with it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...written), { maxLength: 40 }), (some) => {
      const points = some.map(([address, type]) => ({ path: 'a', address, type: parseDataType(type)! }));
      const { compiled, badRows } = compilePoints(points, deviceOptions);
      expect(badRows).toEqual([]);
      compiled.forEach((point, row) => {
        const { area, start, count, type, form, bit, encoding } = point;
        const { text: _, ...alone } = parseModbusAddress(points[row].address, {
          type: points[row].type,
          deviceOptions,
        });
        expect(point.row).toBe(row);
        expect({ area, start, count, type, form, bit, encoding }).toEqual(alone);
      });
    }),
  );
});
