import { orders16, orders32, orders64 } from '@fieldwarden/codec';
import {
  bigIntegerRanges,
  formatDataType,
  integerRanges,
  isNumericColumn,
  parseDataType,
  statusName,
  type DataType,
  type ScalarType,
  type ScalarValue,
  type TagValue,
} from '@fieldwarden/core';
import type { DriverSession, Point } from '@fieldwarden/driver';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { collectingLogger, testCall } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession, readPlan } from './testing/open-session.js';

let plc: ModbusSimServer;

beforeAll(async () => {
  plc = await ModbusSimServer.listen({ units: { 1: {} } });
});

afterAll(() => plc.close());

interface Kind {
  readonly scalar: ScalarType;
  readonly suffix: string;
  readonly value: fc.Arbitrary<ScalarValue>;
}

const anyLatin1 = fc
  .array(fc.integer({ min: 1, max: 0xff }), { maxLength: 9 })
  .map((codes) => String.fromCharCode(...codes));

function whole(scalar: ScalarType, suffix = '', max = integerRanges[scalar]![1]): Kind {
  return { scalar, suffix, value: fc.integer({ min: suffix ? 0 : integerRanges[scalar]![0], max }) };
}

const kinds: readonly Kind[] = [
  ...(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const).map((scalar) => whole(scalar)),
  whole('uint16', '.BCD', 9999),
  whole('uint32', '.BCD', 99_999_999),
  ...(['int64', 'uint64'] as const).map((scalar) => ({
    scalar,
    suffix: '',
    value: fc.bigInt(...bigIntegerRanges[scalar]!),
  })),
  { scalar: 'float32', suffix: '', value: fc.float({ noNaN: true }) },
  { scalar: 'float64', suffix: '', value: fc.double({ noNaN: true }) },
  { scalar: 'bool', suffix: '', value: fc.boolean() },
  { scalar: 'bool', suffix: '.11', value: fc.boolean() },
  ...(['H', 'L', 'H1', 'L1'] as const).map((layout): Kind => ({
    scalar: 'string',
    suffix: `.9${layout}`,
    value: anyLatin1,
  })),
  { scalar: 'bytes', suffix: '.9L', value: fc.uint8Array({ minLength: 9, maxLength: 9 }) },
  { scalar: 'datetime', suffix: '', value: fc.integer({ min: 0, max: 0xffff_ffff }).map((seconds) => 1000 * seconds) },
  { scalar: 'datetime', suffix: '.MS', value: fc.integer({ min: 0, max: 4_102_444_800_000 }) },
];

/** One of each kind of address for holding register `start`, 0 the first. */
const notations: readonly ((start: number) => string)[] = [
  (start) => `HR${start}`,
  (start) => `4${String(start + 1).padStart(5, '0')}`,
  (start) => `4${String(start + 1).padStart(4, '0')}`,
];

const anyTag = fc
  .record({
    kind: fc.constantFrom(...kinds),
    arrayLength: fc.option(fc.integer({ min: 1, max: 6 })),
    notation: fc.constantFrom(...notations),
    start: fc.nat(900),
  })
  .chain(({ kind, arrayLength, notation, start }) => {
    const type: DataType = parseDataType(arrayLength === null ? kind.scalar : `${kind.scalar}[${arrayLength}]`)!;
    const value: fc.Arbitrary<TagValue> =
      arrayLength === null ? kind.value : fc.array(kind.value, { minLength: arrayLength, maxLength: arrayLength });
    const address = notation(start) + kind.suffix;
    return fc.record({ point: fc.constant<Point>({ path: 'tag', address, type }), value });
  });

const anyOrders = fc.record({
  byteOrder16: fc.constantFrom(...orders16),
  byteOrder: fc.constantFrom(...orders32),
  byteOrder64: fc.constantFrom(...orders64),
});

async function valueOf(session: DriverSession, point: Point): Promise<unknown> {
  const into = await readPlan(session, session.prepareRead!('1', [point]));
  if (into.statuses[0] !== 0) return statusName(into.statuses[0]);
  if (!isNumericColumn(point.type)) return into.objects!.get(0);
  return point.type.scalar === 'bool' ? into.values[0] === 1 : into.values[0];
}

describe('values (§9.1)', () => {
  it('of every type, array, byte order and notation come back from the device as they were written', async () => {
    await fc.assert(
      fc.asyncProperty(anyTag, anyOrders, async ({ point, value }, orders) => {
        const session = openSession({ port: plc.port, devices: [orders], options: { timeoutMs: 1000 } });
        try {
          const [result] = await session.write!('1', [{ point, value }], testCall());
          expect(result).toEqual({ outcome: 'done', status: 0 });
          expect(await valueOf(session, point), `${point.address} ${formatDataType(point.type)}`).toEqual(value);
        } finally {
          await session.close();
        }
      }),
      { numRuns: 600 },
    );
  });

  it('that are texts have the padding of their device, read and written', async () => {
    const session = openSession({ port: plc.port, devices: [{ stringPadding: 'ff' }] });
    const point: Point = { path: 'name', address: '400701.6H', type: { scalar: 'string' } };
    const { holdingRegisters } = plc.unit(1).memory;
    holdingRegisters.set(700, 0x4142, 0x43ff, 0xffff);
    expect(await valueOf(session, point)).toBe('ABC');
    const [result] = await session.write!('1', [{ point, value: 'Z' }], testCall());
    expect(result).toEqual({ outcome: 'done', status: 0 });
    expect([700, 701, 702].map((address) => holdingRegisters.get(address))).toEqual([0x5aff, 0xffff, 0xffff]);
    const [refused] = await session.write!('1', [{ point, value: 'Z\xff' }], testCall());
    expect(refused).toMatchObject({ outcome: 'not-sent', message: expect.stringContaining('pads texts') as string });
    await session.close();
  });

  it('in BCD stand in the registers as digits, and a digit above 9 turns only that tag Bad and says why, once', async () => {
    const logger = collectingLogger();
    const session = openSession({ port: plc.port, logger });
    const bcd: Point = { path: 'count', address: '400001.BCD', type: { scalar: 'uint32' } };
    const beside: Point = { path: 'beside', address: '400003', type: { scalar: 'uint16' } };
    await session.write!('1', [{ point: bcd, value: 12_345_678 }], testCall());
    const { holdingRegisters } = plc.unit(1).memory;
    expect([holdingRegisters.get(0), holdingRegisters.get(1)]).toEqual([0x1234, 0x5678]);
    holdingRegisters.set(0, 0x12af, 0x5678, 7);
    const plan = session.prepareRead!('1', [bcd, beside]);
    for (let scan = 0; scan < 3; scan++) {
      expect([...(await readPlan(session, plan)).statuses].map(statusName)).toEqual(['BadDecodingError', 'Good']);
    }
    const warnings = () => logger.records.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings()).toEqual([expect.stringContaining('HR 0..1 of unit 1 holds 0x12af5678')]);
    holdingRegisters.set(0, 0x1234);
    expect((await readPlan(session, plan)).values[0]).toBe(12_345_678);
    holdingRegisters.set(0, 0xffff);
    await readPlan(session, plan);
    expect(warnings()).toHaveLength(2);
    await session.close();
  });

  it.each([
    ['uint16', 10_000],
    ['uint32', 100_000_000],
    ['uint16', -1],
  ])('in BCD are refused before they are sent when %s cannot hold %d', async (type, value) => {
    const session = openSession({ port: plc.port });
    const before = plc.counters.requests;
    const point: Point = { path: 'count', address: '400001.BCD', type: parseDataType(type)! };
    const [{ outcome, message }] = await session.write!('1', [{ point, value }], testCall());
    expect([outcome, plc.counters.requests - before]).toEqual(['not-sent', 0]);
    expect(message).toMatch(/BCD of \d digits/);
    await session.close();
  });
});
