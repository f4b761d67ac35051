import { isGatewayError, parseDataType, scalarTypes } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModbusAddress, type ModbusAddress } from './address.js';
import { areas, areaTraits } from './area.js';
import { modbusDeviceOptions } from '../device-options.js';

function parse(text: string, type = 'uint16', options: object = {}): ModbusAddress {
  return parseModbusAddress(text, { type: parseDataType(type)!, deviceOptions: modbusDeviceOptions.parse(options) });
}

function refusalOf(text: string, type = 'uint16', options: object = {}): string {
  try {
    parse(text, type, options);
  } catch (error) {
    if (isGatewayError(error) && error.kind === 'config') return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseModbusAddress (§9.1)', () => {
  it.each([
    ['41', 'uint16', 'holding-register', 0, 1],
    ['401', 'uint16', 'holding-register', 0, 1],
    ['40001', 'uint16', 'holding-register', 0, 1],
    ['400001', 'uint16', 'holding-register', 0, 1],
    ['465536', 'uint16', 'holding-register', 65535, 1],
    ['HR0', 'int16', 'holding-register', 0, 1],
    ['hr65535', 'int16', 'holding-register', 65535, 1],
    ['300010', 'float32', 'input-register', 9, 2],
    ['IR9', 'float32', 'input-register', 9, 2],
    ['000001', 'bool', 'coil', 0, 1],
    ['01', 'bool', 'coil', 0, 1],
    ['C0', 'bool', 'coil', 0, 1],
    ['c17', 'bool[8]', 'coil', 17, 8],
    ['100003', 'bool', 'discrete-input', 2, 1],
    ['10003', 'bool', 'discrete-input', 2, 1],
    ['DI2', 'bool', 'discrete-input', 2, 1],
    ['400001', 'int64', 'holding-register', 0, 4],
    ['400001', 'float64[3]', 'holding-register', 0, 12],
    ['400001', 'uint8', 'holding-register', 0, 1],
    ['400001', 'bool', 'holding-register', 0, 1],
    ['400001.5', 'bool', 'holding-register', 0, 1],
    ['400001.15', 'bool[2]', 'holding-register', 0, 2],
    ['400001.20H', 'string', 'holding-register', 0, 10],
    ['400001.21l', 'string', 'holding-register', 0, 11],
    ['400001.20H1', 'string', 'holding-register', 0, 20],
    ['400001.4H', 'string[3]', 'holding-register', 0, 6],
    ['400001.6L', 'bytes', 'holding-register', 0, 3],
    ['400001.BCD', 'uint32', 'holding-register', 0, 2],
    ['400001', 'datetime', 'holding-register', 0, 2],
    ['400001.ms', 'datetime', 'holding-register', 0, 4],
    [' 400001 ', 'uint16', 'holding-register', 0, 1],
  ])('reads %s as %s at %s %d, %d long', (text, type, area, start, count) => {
    expect(parse(text, type)).toMatchObject({ area, start, count });
  });

  it('counts numbers from 0 when the device does, but HR, IR, C and DI always name the address on the wire', () => {
    expect(parse('400000', 'uint16', { zeroBased: true }).start).toBe(0);
    expect(parse('400001', 'uint16', { zeroBased: true }).start).toBe(1);
    expect(parse('HR1', 'uint16', { zeroBased: true }).start).toBe(1);
  });

  it.each([
    ['1', 'bool', 'MODBUS_ADDRESS_SYNTAX', '"000001", in quotes'],
    ['200001', 'uint16', 'MODBUS_ADDRESS_SYNTAX', 'areas are 0'],
    ['4000001', 'uint16', 'MODBUS_ADDRESS_SYNTAX', 'at most five'],
    ['', 'uint16', 'MODBUS_ADDRESS_SYNTAX', 'expected forms'],
    ['400001.', 'uint16', 'MODBUS_ADDRESS_SYNTAX', 'expected forms'],
    ['DB1.DBD0', 'float32', 'MODBUS_ADDRESS_SYNTAX', 'expected forms'],
    ['400000', 'uint16', 'MODBUS_ADDRESS_RANGE', 'zeroBased'],
    ['465537', 'uint16', 'MODBUS_ADDRESS_RANGE', '65536'],
    ['465536', 'float32', 'MODBUS_ADDRESS_RANGE', 'beyond'],
    ['400001.16', 'bool', 'MODBUS_ADDRESS_RANGE', '0 to 15'],
    ['400001.5', 'uint16', 'MODBUS_ADDRESS_TYPE', 'bool'],
    ['000001', 'uint16', 'MODBUS_ADDRESS_TYPE', 'bool'],
    ['000001.3', 'bool', 'MODBUS_ADDRESS_TYPE', 'no suffix'],
    ['400001', 'string', 'MODBUS_ADDRESS_TYPE', '400001.20H'],
    ['400001.0H', 'string', 'MODBUS_ADDRESS_TYPE', '400001.20H'],
    ['400001.20H', 'uint16', 'MODBUS_ADDRESS_TYPE', 'string'],
    ['400001.BCD', 'float32', 'MODBUS_ADDRESS_TYPE', 'BCD'],
    ['400001.MS', 'uint32', 'MODBUS_ADDRESS_TYPE', 'datetime'],
  ])('refuses %s for %s, and says what is wrong', (text, type, code, hint) => {
    const refusal = refusalOf(text, type);
    expect(refusal).toContain(code);
    expect(refusal).toContain(hint);
  });

  it('takes every notation of an address for the same point', () => {
    fc.assert(
      fc.property(fc.constantFrom(...areas), fc.nat(65_535), (area, start) => {
        const { digit, short, holds } = areaTraits[area];
        const type = holds === 'bits' ? 'bool' : 'uint16';
        const notations = [`${short}${start}`, `${digit}${start + 1}`, digit + String(start + 1).padStart(5, '0')];
        for (const text of notations) expect(parse(text, type)).toMatchObject({ area, start, count: 1 });
        expect(parse(`${digit}${start}`, type, { zeroBased: true })).toMatchObject({ area, start });
      }),
    );
  });

  it('throws nothing but errors of kind config, whatever the text, and never reaches beyond an area', () => {
    const anyText = fc.oneof(fc.string(), fc.stringMatching(/^(HR|C|[0-9]){1,2}[0-9]{0,6}(\.[0-9HLBCDMS]{0,4})?$/));
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom(...scalarTypes),
        fc.option(fc.integer({ min: 1, max: 99_999 })),
        (text, scalar, length) => {
          const type = length === null ? { scalar } : { scalar, arrayLength: length };
          try {
            const address = parseModbusAddress(text, { type, deviceOptions: modbusDeviceOptions.parse({}) });
            expect(address.start).toBeGreaterThanOrEqual(0);
            expect(address.count).toBeGreaterThan(0);
            expect(address.start + address.count).toBeLessThanOrEqual(65_536);
          } catch (error) {
            if (!isGatewayError(error)) throw error;
            expect(error.kind).toBe('config');
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

it.each([
  ['300001', 'an input-register'],
  ['IR0', 'an input-register'],
  ['DI7', 'a discrete-input'],
])('refuses %s in a tag that is to be written: nothing can write %s', (text, what) => {
  const context = {
    type: { scalar: text.startsWith('D') ? 'bool' : 'uint16' },
    deviceOptions: modbusDeviceOptions.parse({}),
  } as const;
  expect(() => parseModbusAddress(text, { ...context, access: 'read-write' })).toThrow(
    `${text} is ${what}, which Modbus can only read`,
  );
  expect(parseModbusAddress(text, { ...context, access: 'read-only' }).text).toBe(text);
});
