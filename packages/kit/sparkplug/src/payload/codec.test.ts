import {
  bigIntegerRanges,
  integerRanges,
  scalarTypes,
  statusCodes,
  type DataType,
  type TagValue,
} from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeForeign, encodeForeign } from '../testing/foreign-codec.js';
import { scalarOfSparkplugType, sparkplugTypeOf, sparkplugTypes } from './data-types.js';
import { decodePayload } from './decode-payload.js';
import { metricValue } from './decode-value.js';
import { MetricHead, writeMetric } from './encode-metric.js';
import { encodePayload } from './encode-payload.js';
import { carriers, type DataSet, type Metric, type PropertySet, type Template } from './payload.js';

const anyType: fc.Arbitrary<DataType> = fc
  .record({
    scalar: fc.constantFrom(...scalarTypes),
    arrayLength: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  })
  .filter(({ scalar, arrayLength }) => scalar !== 'bytes' || arrayLength === undefined);

function anyElement({ scalar, arrayLength }: DataType): fc.Arbitrary<boolean | number | bigint | string | Uint8Array> {
  const range = integerRanges[scalar];
  if (range) return fc.integer({ min: range[0], max: range[1] });
  const bigRange = bigIntegerRanges[scalar];
  if (bigRange) return fc.bigInt(bigRange[0], bigRange[1]);
  switch (scalar) {
    case 'bool':
      return fc.boolean();
    case 'float32':
      return fc.float();
    case 'float64':
      return fc.double();
    case 'datetime':
      return fc.integer({ min: -8.64e15, max: 8.64e15 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 300 });
    default:
      return fc
        .string({ unit: 'binary', maxLength: 200 })
        .filter((text) => arrayLength === undefined || !text.includes('\0'));
  }
}

const anyTagged = anyType.chain((type) =>
  fc.record({
    type: fc.constant(type),
    value: (type.arrayLength === undefined
      ? anyElement(type)
      : fc.array(anyElement(type), {
          minLength: type.arrayLength,
          maxLength: type.arrayLength,
        })) as fc.Arbitrary<TagValue>,
    name: fc.string({ unit: 'grapheme', maxLength: 90 }),
    alias: fc.option(fc.oneof(fc.nat(), fc.bigInt(2n ** 53n, 2n ** 64n - 1n)), { nil: undefined }),
    atMs: fc.integer({ min: 0, max: 8.64e15 }),
    isHistorical: fc.boolean(),
    status: fc.constantFrom(statusCodes.Good, statusCodes.UncertainLastUsableValue, statusCodes.BadTimeout),
  }),
);

describe('what we encode', () => {
  it('comes back as it was, by us and by protobufjs', () => {
    fc.assert(
      fc.property(fc.array(anyTagged, { maxLength: 6 }), fc.integer({ min: 0, max: 255 }), (tagged, seq) => {
        const bytes = encodePayload(
          1_700_000_000_123,
          (writer) => {
            for (const { name, alias, type, value, status, atMs, isHistorical } of tagged) {
              const head = new MetricHead(name, alias, sparkplugTypeOf(type));
              expect(writeMetric(writer, head.ofBirth, head.type, value, status, atMs, isHistorical, true)).toBe(true);
            }
          },
          seq,
        );
        const ours = decodePayload(bytes);
        const theirs = decodeForeign(bytes) as { metrics?: Record<string, unknown>[] };
        expect(ours).toMatchObject({ timestampMs: 1_700_000_000_123, seq });
        expect(theirs).toMatchObject({ timestamp: '1700000000123', seq: String(seq) });
        for (const [i, { name, alias, type, value, status, atMs, isHistorical }] of tagged.entries()) {
          const metric = ours.metrics[i];
          const isBad = status === statusCodes.BadTimeout;
          expect(metric).toMatchObject({
            name,
            alias,
            timestampMs: atMs,
            datatype: sparkplugTypeOf(type),
            isHistorical,
          });
          expect(metricValue(metric)).toEqual(isBad ? null : value);
          const quality = isBad ? 0 : status === statusCodes.Good ? 192 : 500;
          expect(metric.properties).toEqual(new Map([['Quality', { type: 3, value: quality }]]));
          const foreign = theirs.metrics![i];
          expect(foreign).toMatchObject({
            name,
            timestamp: String(atMs),
            datatype: sparkplugTypeOf(type),
            properties: { keys: ['Quality'], values: [{ type: 3, int_value: quality }] },
          });
          expect(foreign.alias).toBe(alias === undefined ? undefined : String(alias));
          expect(foreign.is_null).toBe(isBad ? true : undefined);
          expect(foreign.value).toBe(isBad ? undefined : fieldOf(type));
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['int8', -5, { int_value: 0xffff_fffb }],
    ['int16', -2, { int_value: 0xffff_fffe }],
    ['int32', -1, { int_value: 0xffff_ffff }],
    ['uint32', 4_294_967_295, { long_value: '4294967295' }],
    ['int64', -5n, { long_value: '18446744073709551611' }],
    ['uint64', 2n ** 64n - 1n, { long_value: '18446744073709551615' }],
    ['datetime', -1, { long_value: '18446744073709551615' }],
    ['bool', false, { boolean_value: false }],
    ['float32', 0.5, { float_value: 0.5 }],
    ['string', 'Füller', { string_value: 'Füller' }],
  ] as const)('%s %s travels as %o', (scalar, value, expected) => {
    expect(decodeForeign(encodeOne({ scalar }, value)).metrics).toMatchObject([expected]);
  });

  // Examples of section 6.4.16 where they are short.
  it.each([
    ['int8', [-23, 123], 'e97b'],
    ['int16', [-30000, 30000], 'd08a3075'],
    ['int32', [-1, 315338746], 'fffffffffaafcb12'],
    ['int64', [-1n, 1n], 'ffffffffffffffff0100000000000000'],
    ['uint8', [23, 250], '17fa'],
    ['uint16', [30, 52360], '1e0088cc'],
    ['uint32', [52, 3293969225], '3400000049fb55c4'],
    ['bool', [false, false, true, true, false, true, false, false, true, true, false, true], '0c00000034d0'],
    ['string', ['ABC', 'hello'], '4142430068656c6c6f00'],
  ] as const)('arrays of %s travel as the specification shows', (scalar, value, hex) => {
    const [metric] = decodeForeign(encodeOne({ scalar, arrayLength: value.length }, value)).metrics as {
      bytes_value: Uint8Array;
    }[];
    expect(Buffer.from(metric.bytes_value).toString('hex')).toBe(hex);
  });

  it.each([
    ['int8', 128],
    ['int16', 70_000],
    ['uint8', -1],
    ['int32', 1.5],
    ['float32', 1e39],
    ['int64', 5],
    ['uint64', -1n],
    ['bool', 'false'],
    ['string', 5],
    ['datetime', Number.NaN],
    ['bytes', 'text'],
  ] as const)('a %s of %s is told as null and Bad, and what stood before it stays whole', (scalar, value) => {
    const good = new MetricHead('good', undefined, sparkplugTypes.Int32);
    const wrong = new MetricHead('wrong', undefined, sparkplugTypeOf({ scalar }));
    const bytes = encodePayload(
      1,
      (writer) => {
        expect(writeMetric(writer, good.ofBirth, good.type, 7, statusCodes.Good, 1, false, false)).toBe(true);
        expect(writeMetric(writer, wrong.ofBirth, wrong.type, value, statusCodes.Good, 1, false, false)).toBe(false);
      },
      0,
    );
    const { metrics } = decodePayload(bytes);
    expect(metrics.map((metric) => metricValue(metric))).toEqual([7, null]);
    expect(metrics[1].properties).toEqual(new Map([['Quality', { type: 3, value: 0 }]]));
  });

  it('an array of bytes travels as base64 texts, a text with NUL in an array not at all', () => {
    const bytes = encodeOne({ scalar: 'bytes', arrayLength: 2 }, [Uint8Array.of(1, 2), Uint8Array.of()]);
    expect(metricValue(decodePayload(bytes).metrics[0])).toEqual(['AQI=', '']);
    const torn = encodeOne({ scalar: 'string', arrayLength: 1 }, ['a\0b']);
    expect(metricValue(decodePayload(torn).metrics[0])).toBe(null);
  });
});

function encodeOne(type: DataType, value: TagValue): Uint8Array {
  const head = new MetricHead('m', 1, sparkplugTypeOf(type));
  return encodePayload(1, (writer) => void writeMetric(writer, head.ofBirth, head.type, value, 0, 1, false, false), 0);
}

function fieldOf({ scalar, arrayLength }: DataType): string {
  if (arrayLength !== undefined || scalar === 'bytes') return 'bytes_value';
  if (['int8', 'int16', 'int32', 'uint8', 'uint16'].includes(scalar)) return 'int_value';
  if (['uint32', 'int64', 'uint64', 'datetime'].includes(scalar)) return 'long_value';
  return { bool: 'boolean_value', float32: 'float_value', float64: 'double_value' }[scalar as string] ?? 'string_value';
}

/** Everything that the .proto can say, with the names that protobufjs takes. */
const anyScalarField = fc.oneof(
  fc.record({ int_value: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({ long_value: fc.bigInt(0n, 2n ** 64n - 1n).map(String) }),
  fc.record({ float_value: fc.float() }),
  fc.record({ double_value: fc.double() }),
  fc.record({ boolean_value: fc.boolean() }),
  fc.record({ string_value: fc.string({ unit: 'binary', maxLength: 60 }) }),
);

function anySet(depth: number): fc.Arbitrary<Foreign> {
  const nested =
    depth === 0
      ? []
      : [
          fc.record({ type: fc.constant(20), propertyset_value: anySet(depth - 1) }),
          fc.record({
            type: fc.constant(21),
            propertysets_value: fc.record({ propertyset: fc.array(anySet(depth - 1), { maxLength: 2 }) }),
          }),
        ];
  const entries = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 8 }), fc.oneof(anyScalarField, ...nested)), {
    maxLength: 3,
    selector: ([key]) => key,
  });
  return entries.map((all) => ({ keys: all.map(([key]) => key), values: all.map(([, value]) => value) }));
}

function anyForeignMetrics(depth: number): fc.Arbitrary<Foreign[]> {
  const templates =
    depth === 0
      ? []
      : [
          fc.record({
            template_value: fc.record({
              template_ref: fc.string(),
              is_definition: fc.boolean(),
              metrics: anyForeignMetrics(depth - 1),
            }),
          }),
        ];
  const head = fc.record(
    {
      name: fc.string({ unit: 'grapheme', maxLength: 40 }),
      alias: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
      timestamp: fc.integer({ min: 0, max: 2 ** 52 }).map(String),
      is_historical: fc.boolean(),
      is_transient: fc.boolean(),
      metadata: fc.record({ content_type: fc.string(), size: fc.nat().map(String), is_multi_part: fc.boolean() }),
      properties: anySet(2),
    },
    { requiredKeys: [] },
  );
  const value = fc.oneof(
    anyScalarField,
    fc.record({ is_null: fc.constant(true) }),
    fc.record({ bytes_value: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) }),
    ...templates,
  );
  return fc.array(
    fc.tuple(head, value).map(([fields, carried]) => ({ ...fields, ...carried })),
    { maxLength: 4 },
  );
}

describe('what others encode', () => {
  it('is read as they meant it', () => {
    fc.assert(
      fc.property(anyForeignMetrics(2), fc.nat({ max: 255 }), fc.uuid(), (metrics, seq, uuid) => {
        const ours = decodePayload(encodeForeign({ timestamp: '5', seq: String(seq), uuid, metrics }));
        expect(ours).toMatchObject({ timestampMs: 5, seq, uuid });
        expect(ours.metrics.map(asForeign)).toEqual(decodeForeignMetrics(metrics));
      }),
      { numRuns: 200 },
    );
  });

  it('data sets keep their columns and cells, whatever the order and packing of the types', () => {
    const columns = ['a', 'b', 'c'];
    const rows = [
      { elements: [{ int_value: 0xffff_fffb }, { string_value: 'x' }, { long_value: '18446744073709551611' }] },
      { elements: [{ int_value: 3 }, {}, { long_value: '7' }] },
    ];
    const bytes = encodeForeign({
      metrics: [{ name: 'd', datatype: 16, dataset_value: { num_of_columns: 3, columns, types: [1, 12, 4], rows } }],
    });
    const expected: DataSet = {
      columns,
      types: [1, 12, 4],
      rows: [
        [-5, 'x', -5n],
        [3, null, 7n],
      ],
    };
    expect(metricValue(decodePayload(bytes).metrics[0])).toEqual(expected);
    // 1a: field 3 packed, behind nothing.
    const packed = Uint8Array.from([
      0x12, 0x0d, 0x8a, 0x01, 0x0a, 0x08, 0x01, 0x12, 0x01, 0x61, 0x1a, 0x01, 0x03, 0x22, 0x00,
    ]);
    expect(() => decodePayload(packed)).toThrow('a row of 0 cells for 1 columns');
    expect(() =>
      decodePayload(encodeForeign({ metrics: [{ dataset_value: { num_of_columns: 2, columns: ['a'], types: [1] } }] })),
    ).toThrow('2 columns, 1 names, 1 types');
    expect(() =>
      decodePayload(
        encodeForeign({ metrics: [{ dataset_value: { num_of_columns: 1, columns: ['a'], types: [16] } }] }),
      ),
    ).toThrow('DataSet is no type of a column');
  });

  it('templates keep version, parameters and members', () => {
    const template = {
      version: '1.2',
      is_definition: true,
      metrics: [{ name: 'member', datatype: 3, int_value: 5 }],
      parameters: [{ name: 'p', type: 10, double_value: 1.5 }],
    };
    const value = metricValue(
      decodePayload(encodeForeign({ metrics: [{ datatype: 19, template_value: template }] })).metrics[0],
    ) as Template;
    expect(value).toMatchObject({ version: '1.2', isDefinition: true, reference: undefined });
    expect(value.parameters).toEqual([{ name: 'p', type: 10, value: 1.5 }]);
    expect(value.metrics.map((metric) => [metric.name, metricValue(metric)])).toEqual([['member', 5]]);
  });

  it.each([
    ['UInt32 in either field', 7, { int_value: 4_000_000_000 }, 4_000_000_000],
    ['UInt32 in either field', 7, { long_value: '4000000000' }, 4_000_000_000],
    ['Int8 in the two’s complement of its own bits', 1, { int_value: 0xfb }, -5],
    ['Int16 in the field of 64 bits', 2, { long_value: '18446744073709551615' }, -1],
    ['Int64 in the field of 32 bits', 4, { int_value: 0xffff_ffff }, -1n],
    ['UInt64 beyond 2^63', 8, { long_value: '18446744073709551615' }, 2n ** 64n - 1n],
    ['Double in the field of floats', 10, { float_value: 0.5 }, 0.5],
    ['a time before 1970', 13, { long_value: '18446744073709551615' }, -1],
  ])('%s', (_what, datatype, value, expected) => {
    expect(metricValue(decodePayload(encodeForeign({ metrics: [{ ...value }] })).metrics[0], datatype)).toBe(expected);
  });

  it.each([
    [1, { int_value: 256 }, 'Int8 cannot be read: 256 does not fit it'],
    [5, { int_value: 256 }, 'UInt8 cannot be read: 256 does not fit it'],
    [7, { long_value: '4294967296' }, 'UInt32 cannot be read: 4294967296 does not fit it'],
    [11, { string_value: 'true' }, 'Boolean cannot be read: it came in the field of string'],
    [12, { int_value: 1 }, 'String cannot be read: it came in the field of int'],
    [13, { long_value: '9223372036854775807' }, 'DateTime cannot be read'],
    [23, { bytes_value: Buffer.from([1]) }, 'Int16Array cannot be read: 1 bytes are no whole number of elements'],
    [
      32,
      { bytes_value: Buffer.from([9, 0, 0, 0, 1]) },
      'BooleanArray cannot be read: 9 values do not stand in 5 bytes',
    ],
    [32, { bytes_value: Buffer.from([9]) }, 'BooleanArray cannot be read'],
    [33, { bytes_value: Buffer.from('abc') }, 'StringArray cannot be read: its last text is not ended by NUL'],
    [99, { int_value: 1 }, 'type 99 cannot be read'],
  ])('a value of type %s in %o is refused', (datatype, value, message) => {
    const [metric] = decodePayload(encodeForeign({ metrics: [{ ...value }] })).metrics;
    expect(() => metricValue(metric, datatype)).toThrow(message);
  });
});

const fieldNames: Readonly<Record<number, string>> = {
  [carriers.int]: 'int_value',
  [carriers.long]: 'long_value',
  [carriers.float]: 'float_value',
  [carriers.double]: 'double_value',
  [carriers.boolean]: 'boolean_value',
  [carriers.string]: 'string_value',
  [carriers.bytes]: 'bytes_value',
};

/** Ours in the words of protobufjs; 64-bit numbers as text, defaults left out on both sides. */
function asForeign(metric: Metric): unknown {
  const value =
    metric.carrier === carriers.template
      ? { template: (metric.carried as Template).metrics.map(asForeign), ref: (metric.carried as Template).reference }
      : metric.carrier === carriers.none
        ? {}
        : {
            [fieldNames[metric.carrier]]: plain(
              metric.carrier === carriers.long ? longAsText(metric.carried) : metric.carried,
            ),
          };
  return {
    name: metric.name,
    alias: metric.alias === undefined ? undefined : String(metric.alias),
    timestamp: metric.timestampMs === undefined ? undefined : String(metric.timestampMs),
    historical: metric.isHistorical,
    transient: metric.isTransient,
    isNull: metric.isNull,
    contentType: metric.metadata?.contentType,
    size: metric.metadata === undefined ? undefined : String(metric.metadata.sizeBytes),
    properties: metric.properties && setAsPlain(metric.properties),
    ...value,
  };
}

const longAsText = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : `${Number(value)}`);

function setAsPlain(set: PropertySet): unknown {
  return [...set].map(([key, { value }]) => [key, propertyAsPlain(value)]);
}

function propertyAsPlain(value: unknown): unknown {
  if (value instanceof Map) return setAsPlain(value as PropertySet);
  if (Array.isArray(value)) return value.map((set) => setAsPlain(set as PropertySet));
  return typeof value === 'bigint' ? String(value) : plain(value);
}

const plain = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- protobufjs gives plain objects of any shape
type Foreign = Record<string, any>;

function decodeForeignMetrics(metrics: readonly Foreign[]): unknown {
  return ((decodeForeign(encodeForeign({ metrics: [...metrics] })).metrics as Foreign[] | undefined) ?? []).map(
    foreignAsPlain,
  );
}

function foreignAsPlain(metric: Foreign): unknown {
  const field = metric.value as string | undefined;
  const template = metric.template_value as Foreign | undefined;
  const value = template
    ? { template: ((template.metrics ?? []) as Foreign[]).map(foreignAsPlain), ref: template.template_ref as unknown }
    : field === undefined
      ? {}
      : { [field]: plain(metric[field]) };
  return {
    name: metric.name as unknown,
    alias: metric.alias as unknown,
    timestamp: metric.timestamp as unknown,
    historical: metric.is_historical ?? false,
    transient: metric.is_transient ?? false,
    isNull: metric.is_null ?? false,
    contentType: (metric.metadata as Foreign | undefined)?.content_type as unknown,
    size: (metric.metadata as Foreign | undefined)?.size as unknown,
    properties: metric.properties && foreignSetAsPlain(metric.properties as Foreign),
    ...value,
  };
}

function foreignSetAsPlain(set: Foreign): unknown {
  return ((set.keys ?? []) as string[]).map((key, i) => {
    const property = (set.values as Foreign[])[i];
    const field = property.value as string;
    if (field === 'propertyset_value') return [key, foreignSetAsPlain(property[field] as Foreign)];
    if (field === 'propertysets_value') {
      return [key, (((property[field] as Foreign).propertyset ?? []) as Foreign[]).map(foreignSetAsPlain)];
    }
    // A long without a type: a number where exact.
    return [key, field === 'long_value' ? longAsPlain(property[field] as string) : plain(property[field])];
  });
}

const longAsPlain = (text: string): unknown => (BigInt(text) < 2n ** 53n ? Number(text) : text);

it('knows the element type of every code that can be one', () => {
  const codes = Object.values(sparkplugTypes);
  expect(codes).toHaveLength(35);
  const without = codes.filter((code) => scalarOfSparkplugType(code) === undefined);
  expect(without).toEqual([0, 16, 19, 20, 21]);
});
