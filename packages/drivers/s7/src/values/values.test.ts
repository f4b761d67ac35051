import { paddingCharacter } from '@fieldwarden/codec';
import { parseDataType, statusCodes, statusName, ValueColumns, type DataType, type TagValue } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { padded, parseAddress } from '../address/address.js';
import { decodeInto } from './decode.js';
import { encodeValue, RefusedValue, type WirePart } from './encode.js';

const memoryBytes = 2_048;

describe('what is written reads back the same: (§9.2)', () => {
  const float32 = fc.float({ noDefaultInfinity: false });
  const latin1 = (max: number) =>
    fc.string({ unit: fc.integer({ min: 1, max: 0xff }).map((c) => String.fromCharCode(c)), maxLength: max });
  const ms = (from: string, to: string) => fc.integer({ min: Date.parse(from), max: Date.parse(to) });
  const times = fc.tuple(fc.constantFrom(10, 100, 1_000, 10_000), fc.nat(999)).map(([base, n]) => base * n);
  const cases: [string, string, fc.Arbitrary<TagValue>][] = [
    ['DB1,X3.5', 'bool', fc.boolean()],
    ['DB1,DWORD4.21', 'bool', fc.boolean()],
    ['DB1,X3.5.13', 'bool[13]', fc.array(fc.boolean(), { minLength: 13, maxLength: 13 })],
    ['DB1.DBB3', 'int8', fc.integer({ min: -128, max: 127 })],
    ['DB1.DBB3', 'uint8', fc.integer({ min: 0, max: 255 })],
    ['DB1.DBW3', 'int16', fc.integer({ min: -32_768, max: 32_767 })],
    ['DB1.DBW3', 'uint16', fc.integer({ min: 0, max: 65_535 })],
    ['DB1.DBD3', 'int32', fc.integer()],
    ['DB1.DBD3', 'uint32', fc.nat(0xffff_ffff)],
    ['DB1,LINT3', 'int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
    ['DB1,ULINT3', 'uint64', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
    ['DB1.DBD3', 'float32', float32],
    ['DB1,LREAL3', 'float64', fc.double()],
    ['DB1,REAL3.4', 'float32[4]', fc.array(float32, { minLength: 4, maxLength: 4 })],
    ['DB1,BYTE3.9', 'bytes', fc.uint8Array({ minLength: 9, maxLength: 9 })],
    ['DB1,CHAR3.9', 'string', latin1(9)],
    ['DB1,STRING3.30', 'string', latin1(30)],
    ['DB1,STRING3.7.3', 'string[3]', fc.array(latin1(7), { minLength: 3, maxLength: 3 })],
    ['DB1,WSTRING3.30', 'string', fc.string({ unit: 'binary', maxLength: 15 })],
    ['DB1,WCHAR3.5', 'string', fc.string({ unit: 'grapheme-ascii', maxLength: 5 })],
    ['DB1,DTL3', 'datetime', ms('1970-01-01', '2262-04-10')],
    ['DB1,DT3', 'datetime', ms('1990-01-01', '2089-12-31T23:59:59.999Z')],
    ['DB1,LDT3', 'datetime', ms('1680-01-01', '2262-04-10')],
    ['DB1,DATE3', 'datetime', fc.nat(0xffff).map((days) => Date.UTC(1990, 0, 1) + days * 86_400_000)],
    ['DB1,S5TIME3', 'uint32', times],
  ];

  test.each(cases)('%s as %s', (address, type, values) => {
    fc.assert(
      fc.property(values, fc.uint8Array({ minLength: memoryBytes, maxLength: memoryBytes }), (value, noise) => {
        const memory = Buffer.from(noise);
        write(memory, address, type, value);
        expect(read(memory, address, type)).toEqual(value);
      }),
    );
  });

  test.each(cases)('%s as %s touches nothing around it', (text, type, values) => {
    const { start, byteLength } = parseAddress(text, dataType(type));
    fc.assert(
      fc.property(values, fc.constantFrom(0x00, 0xff), (value, filling) => {
        const memory = Buffer.alloc(memoryBytes, filling);
        write(memory, text, type, value);
        expect(memory.subarray(0, start).every((byte) => byte === filling)).toBe(true);
        expect(memory.subarray(start + byteLength).every((byte) => byte === filling)).toBe(true);
      }),
    );
  });
});

test.each([
  ['DB1,CHAR0.4', 'space', '61622020', 'ab'],
  ['DB1,CHAR0.4', 'ff', '6162ffff', 'ab'],
  ['DB1,WCHAR0.3', 'space', '006100200020', 'a'],
  ['DB1,WCHAR0.3', 'ff', '0061ffffffff', 'a'],
] as const)('%s padded with %s is read and written with it: %s (§9.2)', (text, padding, hex, value) => {
  const address = padded(parseAddress(text, dataType('string')), padding);
  const memory = Buffer.from(hex, 'hex');
  const into = new ValueColumns(1);
  decodeInto(into, 0, address, dataType('string'), memory, 0, 1);
  expect(into.objects!.get(0)).toBe(value);
  expect((encodeValue(address, value) as readonly WirePart[]).map(({ data }) => data.toString('hex'))).toEqual([hex]);
  const lost = encodeValue(address, value + paddingCharacter(padding, text.includes('WCHAR') ? 'wide' : 'narrow'));
  expect(lost).toMatchObject({
    status: statusCodes.BadOutOfRange,
    message: expect.stringContaining('would not come back') as string,
  });
});

test('a STRING has its length in front of it, and no padding', () => {
  const address = parseAddress('DB1,STRING0.4', dataType('string'));
  expect(padded(address, 'space')).toBe(address);
});

test.each([
  ['DB1.DBD0', 'float32', '41ac0000', 21.5],
  ['DB1.DBW0', 'int16', 'fb2e', -1234],
  ['DB1,LINT0', 'int64', 'fffffffed5fa0e00', -5_000_000_000n],
  ['DB1,STRING0.10', 'string', '0a0666696c6c65722020', 'filler'],
  ['DB1,STRING0.4', 'string', '0401e4', 'ä'],
  ['DB1,WSTRING0.4', 'string', '0004000220ac0041', '€A'],
  ['DB1,CHAR0.4', 'string', '61620000', 'ab'],
  ['DB1,DTL0', 'datetime', '07e60a0d05111e2d0ee6b280', Date.UTC(2022, 9, 13, 17, 30, 45, 250)],
  ['DB1,DT0', 'datetime', '2210131730452505', Date.UTC(2022, 9, 13, 17, 30, 45, 250)],
  ['DB1,DATE0', 'datetime', '0001', Date.UTC(1990, 0, 2)],
  ['DB1,LDT0', 'datetime', '171db12d48cd2480', 1_665_682_245_250],
  ['DB1,S5TIME0', 'int32', '2127', 127_000],
  ['DB1,S5TIME0', 'int32', '0999', 9_990],
  ['T0', 'int32', '3999', 9_990_000],
  ['C0', 'uint16', '0123', 123],
])('bytes of a CPU: %s as %s, %s', (address, type, hex, value) => {
  const memory = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(16)]);
  expect(read(memory, address, type)).toEqual(value);
});

test.each([
  ['DB1,STRING0.4', 'string', '0a0a61626364', 'longer than the variable'],
  ['DB1,WSTRING0.2', 'string', '0002ffff', 'longer than the variable'],
  ['DB1,DTL0', 'datetime', '07e6021f0500000000000000', 'the 31st of February'],
  ['DB1,DTL0', 'datetime', '000000000000000000000000', 'never set'],
  ['DB1,DTL0', 'datetime', '07e60a0d0518000000000000', '24 o’clock'],
  ['DB1,DT0', 'datetime', '22101317304525a5', 'digits that are none'],
  ['DB1,S5TIME0', 'int32', '0a00', 'digits that are none'],
  ['C0', 'uint16', '000f', 'digits that are none'],
])('%s as %s with %s is Bad: %s', (address, type, hex) => {
  const memory = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(16)]);
  expect(statusName(rows(memory, address, type).statuses[0])).toBe('BadDecodingError');
});

test.each([
  ['DB1,LINT0', 'int64', -9_223_372_036_854_775_808n, '8000000000000000'],
  ['DB1,LINT0', 'int64', 9_223_372_036_854_775_807n, '7fffffffffffffff'],
  ['DB1,ULINT0', 'uint64', 0n, '0000000000000000'],
  ['DB1,ULINT0', 'uint64', 18_446_744_073_709_551_615n, 'ffffffffffffffff'],
])('%s as %s takes the end of its range, %d', (address, type, value, hex) => {
  const encoded = encodeValue(parseAddress(address, dataType(type)), value);
  expect(encoded).toMatchObject([{ data: Buffer.from(hex, 'hex') }]);
});

describe('never reaches the wire: (§9.2)', () => {
  const mismatch = statusCodes.BadTypeMismatch;
  const range = statusCodes.BadOutOfRange;
  test.each<[string, string, unknown, number]>([
    ['DB1.DBW0', 'int16', 'abc', mismatch],
    ['DB1.DBW0', 'int16', '1', mismatch],
    ['DB1.DBW0', 'int16', 1.5, mismatch],
    ['DB1.DBW0', 'int16', Number.NaN, mismatch],
    ['DB1.DBW0', 'int16', 32_768, range],
    ['DB1.DBW0', 'uint16', -1, range],
    ['DB1.DBB0', 'uint8', 256, range],
    ['DB1.DBD0', 'uint32', 2 ** 32, range],
    ['DB1.DBD0', 'float32', 1e39, range],
    ['DB1.DBD0', 'float32', true, mismatch],
    ['DB1,LINT0', 'int64', 2n ** 63n, range],
    ['DB1,LINT0', 'int64', -(2n ** 63n) - 1n, range],
    ['DB1,ULINT0', 'uint64', -1n, range],
    ['DB1,ULINT0', 'uint64', 2n ** 64n, range],
    ['DB1,LINT0', 'int64', 1.5, mismatch],
    ['DB1.DBX0.0', 'bool', 2, mismatch],
    ['DB1.DBX0.0', 'bool', 'true', mismatch],
    ['DB1,INT0.3', 'int16[3]', [1, 2], mismatch],
    ['DB1,INT0.3', 'int16[3]', [1, 2, 'x'], mismatch],
    ['DB1,INT0.3', 'int16[3]', 7, mismatch],
    ['DB1,STRING0.4', 'string', 'abcde', range],
    ['DB1,STRING0.4', 'string', '€', range],
    ['DB1,STRING0.4', 'string', 5, mismatch],
    ['DB1,BYTE0.4', 'bytes', new Uint8Array(3), range],
    ['DB1,BYTE0.4', 'bytes', 'aGk=', mismatch],
    ['DB1,DTL0', 'datetime', Date.UTC(1969, 11, 31), range],
    ['DB1,DTL0', 'datetime', Number.NaN, range],
    ['DB1,DT0', 'datetime', Date.UTC(1989, 11, 31), range],
    ['DB1,DATE0', 'datetime', Date.UTC(2020, 0, 1, 12), range],
    ['DB1,S5TIME0', 'int32', 12_345, range],
    ['DB1,S5TIME0', 'int32', 9_990_001, range],
    ['T5', 'int32', 100, statusCodes.BadNotWritable],
    ['C5', 'uint16', 100, statusCodes.BadNotWritable],
  ])('%s as %s: %s', (address, type, value, status) => {
    const encoded = encodeValue(parseAddress(address, dataType(type)), value as TagValue);
    expect(encoded).toBeInstanceOf(RefusedValue);
    expect(statusName((encoded as RefusedValue).status)).toBe(statusName(status));
  });
});

test('the maximum length of a string is left to the PLC program', () => {
  const memory = Buffer.from([99, 0, 0, 0, 0, 0]);
  write(memory, 'DB1,STRING0.4', 'string', 'ab');
  expect([...memory.subarray(0, 4)]).toEqual([99, 2, 97, 98]);
});

/** What the CPU does with the parts. */
function write(memory: Buffer, address: string, type: string, value: TagValue): void {
  const parts = encodeValue(parseAddress(address, dataType(type)), value);
  if (parts instanceof RefusedValue) throw parts;
  for (const part of parts) apply(memory, part);
}

function apply(memory: Buffer, { start, bit, data }: WirePart): void {
  if (bit === undefined) memory.set(data, start);
  else memory[start] = data[0] ? memory[start] | (1 << bit) : memory[start] & ~(1 << bit);
}

function read(memory: Buffer, address: string, type: string): TagValue | undefined {
  const columns = rows(memory, address, type);
  if (columns.statuses[0] !== statusCodes.Good) return undefined;
  const value = columns.objects?.get(0) ?? columns.values[0];
  return dataType(type).scalar === 'bool' && typeof value === 'number' ? value === 1 : value;
}

function rows(memory: Buffer, text: string, type: string): ValueColumns {
  const columns = new ValueColumns(1);
  const address = parseAddress(text, dataType(type));
  decodeInto(columns, 0, address, dataType(type), memory, address.start, 0);
  return columns;
}

function dataType(text: string): DataType {
  return parseDataType(text)!;
}
