import { formatDataType, isGatewayError, parseDataType, scalarTypes, type DataType } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress, type S7Address } from './address.js';

/** text · type of the tag · area, db, start, encoding, byteLength · what else matters */
type Row = [string, string, [string, number, number, string, number], Partial<S7Address>?];

const tia: Row[] = [
  ['DB1.DBX0.3', 'bool', ['DB', 1, 0, 'bit', 1], { bit: 3 }],
  ['DB1.DBB4', 'uint8', ['DB', 1, 4, 'uint8', 1]],
  ['DB1.DBB4', 'int8', ['DB', 1, 4, 'int8', 1]],
  ['DB1.DBW2', 'int16', ['DB', 1, 2, 'int16', 2]],
  ['DB1.DBW2', 'uint16', ['DB', 1, 2, 'uint16', 2]],
  ['DB1.DBD0', 'float32', ['DB', 1, 0, 'float32', 4]],
  ['DB1.DBD0', 'int32', ['DB', 1, 0, 'int32', 4]],
  ['%DB20.DBD8', 'uint32', ['DB', 20, 8, 'uint32', 4]],
  ['db3.dbd4', 'float32[5]', ['DB', 3, 4, 'float32', 20], { count: 5 }],
  ['DB1.DBL8', 'float64', ['DB', 1, 8, 'float64', 8]],
  ['DB65535.DBB65535', 'uint8', ['DB', 65_535, 65_535, 'uint8', 1]],
];

const kepware: Row[] = [
  ['DB1,REAL0', 'float32', ['DB', 1, 0, 'float32', 4]],
  ['DB1,INT2', 'int16', ['DB', 1, 2, 'int16', 2]],
  ['DB1,X0.3', 'bool', ['DB', 1, 0, 'bit', 1], { bit: 3 }],
  ['DB1,BOOL0.3', 'bool', ['DB', 1, 0, 'bit', 1], { bit: 3 }],
  ['DB1, BYTE7', 'uint8', ['DB', 1, 7, 'uint8', 1]],
  ['DB1,STRING10.20', 'string', ['DB', 1, 10, 'string', 22], { length: 20 }],
  ['DB1,WSTRING10.20', 'string', ['DB', 1, 10, 'wstring', 44], { length: 20 }],
  ['DB1,LREAL16', 'float64', ['DB', 1, 16, 'float64', 8]],
  ['DB1,LINT24', 'int64', ['DB', 1, 24, 'int64', 8]],
  ['DB1,ULINT24', 'uint64', ['DB', 1, 24, 'uint64', 8]],
  ['DB1,INT2[10]', 'int16[10]', ['DB', 1, 2, 'int16', 20], { count: 10 }],
  ['DB1,DTL30', 'datetime', ['DB', 1, 30, 'dtl', 12]],
  ['DB1,DT30', 'datetime', ['DB', 1, 30, 'dateAndTime', 8]],
  ['DB1,DATE30', 'datetime', ['DB', 1, 30, 'date', 2]],
  ['DB1,LDT30', 'datetime', ['DB', 1, 30, 'ldt', 8]],
  ['DB1,TIME30', 'int32', ['DB', 1, 30, 'int32', 4]],
  ['DB1,TOD30', 'uint32', ['DB', 1, 30, 'uint32', 4]],
  ['DB1,S5TIME30', 'int32', ['DB', 1, 30, 's5time', 2]],
  ['DB1,BYTE0.16', 'bytes', ['DB', 1, 0, 'bytes', 16], { length: 16 }],
  ['DB1,CHAR5', 'string', ['DB', 1, 5, 'chars', 1], { length: 1 }],
  ['DB1,CHAR5.8', 'string', ['DB', 1, 5, 'chars', 8], { length: 8 }],
  ['DB1,CHAR5.8', 'string[8]', ['DB', 1, 5, 'chars', 8], { count: 8, length: 1 }],
  ['DB1,WCHAR6.4', 'string', ['DB', 1, 6, 'wchars', 8], { length: 4 }],
  ['DB1,STRING10.20.3', 'string[3]', ['DB', 1, 10, 'string', 66], { count: 3, elementBytes: 22 }],
  ['DB1,STRING10.5.3', 'string[3]', ['DB', 1, 10, 'string', 23], { count: 3, elementBytes: 8 }],
  ['DB1,X0.6.4', 'bool[4]', ['DB', 1, 0, 'bit', 2], { bit: 6, count: 4 }],
  // bit 0 is the lowest of the word, which is stored high byte first
  ['DB1,WORD2.0', 'bool', ['DB', 1, 3, 'bit', 1], { bit: 0 }],
  ['DB1,WORD2.11', 'bool', ['DB', 1, 2, 'bit', 1], { bit: 3 }],
  ['DB1,DWORD4.31', 'bool', ['DB', 1, 4, 'bit', 1], { bit: 7 }],
];

const nodes7: Row[] = [
  ['DB1,R0', 'float32', ['DB', 1, 0, 'float32', 4]],
  ['DB1,R0.10', 'float32[10]', ['DB', 1, 0, 'float32', 40], { count: 10 }],
  ['DB1,I2', 'int16', ['DB', 1, 2, 'int16', 2]],
  ['DB1,DI4', 'int32', ['DB', 1, 4, 'int32', 4]],
  ['DB1,LR8', 'float64', ['DB', 1, 8, 'float64', 8]],
  ['DB1,W2', 'uint16', ['DB', 1, 2, 'uint16', 2]],
  ['DB1,DW4', 'uint32', ['DB', 1, 4, 'uint32', 4]],
  ['DB1,S10.20', 'string', ['DB', 1, 10, 'string', 22], { length: 20 }],
  ['DB1,C5.8', 'string', ['DB', 1, 5, 'chars', 8], { length: 8 }],
  ['MR4', 'float32', ['M', 0, 4, 'float32', 4]],
  ['MI4', 'int16', ['M', 0, 4, 'int16', 2]],
  ['QDI4', 'int32', ['Q', 0, 4, 'int32', 4]],
];

/** S7-200 and LOGO!: V memory is data block 1. */
const variables: Row[] = [
  ['VW310', 'int16', ['DB', 1, 310, 'int16', 2]],
  ['V350.0', 'bool', ['DB', 1, 350, 'bit', 1], { bit: 0 }],
  ['VX350.7', 'bool', ['DB', 1, 350, 'bit', 1], { bit: 7 }],
  ['VB0', 'uint8', ['DB', 1, 0, 'uint8', 1]],
  ['VD100', 'float32', ['DB', 1, 100, 'float32', 4]],
  ['vd100', 'int32', ['DB', 1, 100, 'int32', 4]],
  ['VREAL100', 'float32', ['DB', 1, 100, 'float32', 4]],
  ['VW310[4]', 'int16[4]', ['DB', 1, 310, 'int16', 8], { count: 4 }],
];

const areas: Row[] = [
  ['M10.1', 'bool', ['M', 0, 10, 'bit', 1], { bit: 1 }],
  ['%M10.1', 'bool', ['M', 0, 10, 'bit', 1], { bit: 1 }],
  ['MX10.1', 'bool', ['M', 0, 10, 'bit', 1], { bit: 1 }],
  ['MB10', 'uint8', ['M', 0, 10, 'uint8', 1]],
  ['MW4', 'int16', ['M', 0, 4, 'int16', 2]],
  ['MD8', 'float32', ['M', 0, 8, 'float32', 4]],
  ['I0.0', 'bool', ['I', 0, 0, 'bit', 1]],
  ['E0.0', 'bool', ['I', 0, 0, 'bit', 1]],
  ['Q1.7', 'bool', ['Q', 0, 1, 'bit', 1], { bit: 7 }],
  ['A1.7', 'bool', ['Q', 0, 1, 'bit', 1], { bit: 7 }],
  ['IW64', 'int16', ['I', 0, 64, 'int16', 2]],
  ['EW64', 'int16', ['I', 0, 64, 'int16', 2]],
  ['ID4', 'uint32', ['I', 0, 4, 'uint32', 4]],
  ['QB4', 'uint8', ['Q', 0, 4, 'uint8', 1]],
  ['AW4', 'int16', ['Q', 0, 4, 'int16', 2]],
  ['PIW256', 'int16', ['P', 0, 256, 'int16', 2]],
  ['PEW256', 'int16', ['P', 0, 256, 'int16', 2]],
  ['T5', 'int32', ['T', 0, 5, 's5time', 2]],
  ['C7', 'uint16', ['C', 0, 7, 'bcd3', 2]],
  ['Z7', 'uint16', ['C', 0, 7, 'bcd3', 2]],
];

describe.each([
  ['TIA', tia],
  ['Kepware', kepware],
  ['nodes7', nodes7],
  ['S7-200 and LOGO!', variables],
  ['memory areas', areas],
])('reads %s addresses:', (_, rows) => {
  test.each(rows)('%s as %s', (text, type, [area, db, start, encoding, byteLength], more = {}) => {
    expect(parseAddress(text, dataType(type))).toMatchObject({ area, db, start, encoding, byteLength, ...more });
  });
});

test.each([
  ['DB1.DBX0', 'bool', 'S7_ADDRESS_SYNTAX', 'a bit needs its number'],
  ['DB1.DBX0.8', 'bool', 'S7_ADDRESS_RANGE', 'numbered 0 to 7'],
  ['DB1,WORD0.16', 'bool', 'S7_ADDRESS_RANGE', 'numbered 0 to 15'],
  ['DB1.DBW2', 'float32', 'S7_ADDRESS_TYPE', 'W (16 bits) and cannot hold float32; it takes int16, uint16'],
  ['DB1.DBD0', 'float64', 'S7_ADDRESS_TYPE', '32 bits'],
  ['DB1,REAL0', 'int32', 'S7_ADDRESS_TYPE', 'it takes float32'],
  ['DB1,INT2', 'bool', 'S7_ADDRESS_TYPE', 'bool with a bit number'],
  ['T5', 'float32', 'S7_ADDRESS_TYPE', 'a timer'],
  ['DB1,INT2.10', 'int16', 'S7_ADDRESS_TYPE', 'make it int16[10]'],
  ['DB1,INT2[10]', 'int16[9]', 'S7_ADDRESS_TYPE', 'make it int16[10]'],
  ['DB1,STRING10', 'string', 'S7_ADDRESS_SYNTAX', 'needs its length'],
  ['DB1,STRING10.255', 'string', 'S7_ADDRESS_RANGE', '1 to 254'],
  ['DB1,BYTE0', 'bytes', 'S7_ADDRESS_SYNTAX', 'need a length'],
  ['DB1,BYTE0.4', 'bytes[4]', 'S7_ADDRESS_TYPE', 'cannot hold bytes[4]'],
  ['DB0.DBB0', 'uint8', 'S7_ADDRESS_RANGE', '1 to 65535'],
  ['DB65536.DBB0', 'uint8', 'S7_ADDRESS_RANGE', '1 to 65535'],
  ['DB1.DBD65534', 'float32', 'S7_ADDRESS_RANGE', 'beyond 65535'],
  ['DB1,FOO0', 'int16', 'S7_ADDRESS_SYNTAX', 'no type FOO'],
  ['DB1.DBD0.1.2', 'float32', 'S7_ADDRESS_SYNTAX', 'one number too many'],
  ['40001', 'int16', 'S7_ADDRESS_SYNTAX', 'expected something like'],
  ['', 'int16', 'S7_ADDRESS_SYNTAX', 'expected something like'],
  ['AI16', 'int16', 'S7_ADDRESS_SYNTAX', 'AI is an analog input of S7-200 and LOGO!'],
  ['AIW16', 'int16', 'S7_ADDRESS_SYNTAX', 'from VW1032'],
  ['AQW16', 'int16', 'S7_ADDRESS_SYNTAX', 'from VW1072'],
  ['AC0', 'string', 'S7_ADDRESS_SYNTAX', 'an accumulator'],
  ['HC0', 'int32', 'S7_ADDRESS_SYNTAX', 'a fast counter'],
  ['SMB28', 'uint8', 'S7_ADDRESS_SYNTAX', 'special memory'],
  ['V350', 'bool', 'S7_ADDRESS_SYNTAX', 'a bit needs its number'],
  ['DB1.DBD-4', 'float32', 'S7_ADDRESS_SYNTAX', 'expected something like'],
])('refuses %s as %s', (text, type, code, words) => {
  expect(() => parseAddress(text, dataType(type))).toThrow(
    expect.objectContaining({ code, kind: 'config', message: expect.stringContaining(words) as string }),
  );
});

test.each([
  ['T5', 'a timer'],
  ['C7', 'a counter'],
])('refuses %s in a tag that is to be written: it is %s', (text, what) => {
  expect(() => parseAddress(text, dataType('int32'), 'read-write')).toThrow(
    `${text} is ${what}, which can only be read`,
  );
});

const anyType = fc
  .tuple(fc.constantFrom(...scalarTypes), fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }))
  .map(([scalar, arrayLength]): DataType => ({ scalar, arrayLength }));

const addressLike = fc
  .tuple(
    fc.constantFrom('DB1,', 'DB1.DB', 'M', 'I', 'E', 'Q', 'A', 'T', 'C', 'PI', '%', 'x'),
    fc.constantFrom('', 'X', 'B', 'W', 'D', 'REAL', 'STRING', 'DTL', 'S5TIME', 'CHAR', 'LINT'),
    fc.array(fc.nat({ max: 70_000 }), { maxLength: 4 }),
    fc.constantFrom('', '[3]', '[', '.'),
  )
  .map(([area, type, numbers, end]) => `${area}${type}${numbers.join('.')}${end}`);

test('any text is either an address within 64 KiB or refused with kind config', () => {
  fc.assert(
    fc.property(fc.oneof(addressLike, fc.string()), anyType, (text, type) => {
      try {
        const address = parseAddress(text, type);
        expect(address.byteLength).toBeGreaterThan(0);
        if (address.area !== 'T' && address.area !== 'C') {
          expect(address.start + address.byteLength).toBeLessThanOrEqual(65_536);
        }
        expect(address.count).toBe(type.arrayLength);
      } catch (error) {
        if (!isGatewayError(error)) throw error;
        expect(error.kind).toBe('config');
      }
    }),
    { numRuns: 2_000 },
  );
});

test('the three spellings of one place are one address', () => {
  const places = fc.record({ db: fc.integer({ min: 1, max: 65_535 }), at: fc.integer({ min: 0, max: 65_532 }) });
  fc.assert(
    fc.property(places, ({ db, at }) => {
      const [first, ...others] = [`DB${db}.DBD${at}`, `DB${db},REAL${at}`, `DB${db},R${at}`, `%db${db}.dbd${at}`].map(
        (text) => parseAddress(text, { scalar: 'float32' }),
      );
      for (const other of others) expect(other).toEqual(first);
    }),
  );
});

function dataType(text: string): DataType {
  const type = parseDataType(text);
  if (!type || formatDataType(type) !== text) throw new Error(`${text} is no type`);
  return type;
}
