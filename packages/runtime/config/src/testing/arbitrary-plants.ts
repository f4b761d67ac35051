import fc from 'fast-check';
import type { DeviceDocument, DriverDocument } from '../document/driver-schema.js';
import type { PlantDocument } from '../document/plant-document.js';
import type { Plant } from '../resolve/plant.js';
import type { TagDocument } from '../document/tag-schema.js';
import { validatePlant } from '../rules/validate-plant.js';
import { sampleCatalogueWithSwarm } from './sample-catalogue.js';

const catalogue = sampleCatalogueWithSwarm();

/** Few names, so that two documents share many of them. */
const names = ['alpha', 'beta', 'gamma', 'delta'] as const;

/** Texts that tables, YAML and eyes stumble over. */
const awkward = [
  '',
  ' ',
  '007',
  '1e3',
  'yes',
  'null',
  '~',
  '-',
  '#x',
  'a: b',
  '"',
  "'",
  ',',
  ';',
  '\t',
  'a\nb',
  '\r\n',
  '=1+1',
  '°C',
  'ⱥ',
  '😀',
  '{}',
  '[1]',
  '- x',
  '\\',
  'true',
  ' x ',
] as const;
/** Without what only wrongly decoded text has. */
const awkwardText = fc
  .oneof(fc.constantFrom(...awkward), fc.string({ unit: 'grapheme', maxLength: 12 }))
  .map((text) => text.replace(/[\0\uFFFD]/g, '?'));

const number = fc.oneof(
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
);

const address = fc.oneof(
  fc.nat(999_999).map((n) => String(n).padStart(6, '0')),
  fc.nat(9_999).map((n) => `${n}.10`),
  fc.nat(999_999),
);

const scaling = fc.oneof(
  fc.record(
    { gain: fc.constantFrom(0.1, 2, -1.5), offset: fc.integer({ min: -9, max: 9 }) },
    { requiredKeys: ['gain'] },
  ),
  fc.record(
    {
      rawLow: fc.constant(0),
      rawHigh: fc.integer({ min: 1, max: 9_999 }),
      low: fc.constantFrom(-5, 0.25),
      high: fc.constantFrom(10, 1e6),
      clamp: fc.boolean(),
    },
    { requiredKeys: ['rawLow', 'rawHigh', 'low', 'high'] },
  ),
);

const limits = fc.record(
  { min: fc.integer({ min: -50, max: 0 }), max: fc.integer({ min: 1, max: 50 }) },
  { requiredKeys: [] },
);

const numericTag = fc.record(
  {
    address,
    dataType: fc.constantFrom('int16', 'float32', 'float64', 'uint8[12]', 'int64'),
    scanMs: fc.integer({ min: 50, max: 86_400_000 }),
    access: fc.constantFrom('read-only', 'read-write'),
    scaling,
    unit: awkwardText.map((text) => `${text.length < 32 ? text : ''}u`),
    deadband: fc.oneof(
      number.map((n) => ({ absolute: Math.abs(n) })),
      fc.constant({ percent: 2.5 }),
    ),
    description: awkwardText,
    limits,
    writeIdempotent: fc.boolean(),
    verify: fc.boolean(),
    history: fc.oneof(
      fc.boolean(),
      fc.record(
        { deadband: fc.constantFrom(0, 0.25), maxIntervalMs: fc.constantFrom(1_000, 60_000), stepped: fc.boolean() },
        { requiredKeys: ['deadband'] },
      ),
    ),
  },
  { requiredKeys: ['address', 'dataType'] },
);

const textTag = fc.record(
  { address, dataType: fc.constantFrom('string', 'bool', 'datetime[3]'), description: awkwardText },
  { requiredKeys: ['address', 'dataType'] },
);

type Values = fc.Arbitrary<TagFields['notAvailable']>;

const noneOfString: Values = fc.oneof(awkwardText, fc.array(awkwardText, { minLength: 1, maxLength: 3 }));

/** What any of the numeric types has, as a number or as a text. */
const noneOfNumber: Values = fc.oneof(
  fc.integer({ min: 0, max: 127 }),
  fc.constantFrom('5', '0x7F'),
  fc.array(fc.oneof(fc.integer({ min: 0, max: 127 }), fc.constant('12')), { minLength: 1, maxLength: 3 }),
);

type TagFields = Omit<TagDocument, 'path'>;

/** Without what a rule refuses: a percentage of nothing. */
const tagFields: fc.Arbitrary<TagFields> = fc
  .oneof(numericTag, textTag)
  .chain(withNone)
  .map((tag: TagFields) => {
    const { deadband, scaling: line, limits: bounds } = tag;
    const hasRange = (line && 'rawLow' in line) || (bounds?.min !== undefined && bounds.max !== undefined);
    return deadband && 'percent' in deadband && !hasRange ? { ...tag, deadband: { absolute: 1 } } : tag;
  });

function withNone(tag: TagFields): fc.Arbitrary<TagFields> {
  const none = tag.dataType === 'string' ? noneOfString : /int|float/.test(tag.dataType) ? noneOfNumber : undefined;
  if (none === undefined) return fc.constant(tag);
  return fc
    .option(none, { nil: undefined })
    .map((notAvailable) => (notAvailable === undefined ? tag : { ...tag, notAvailable }));
}

/** Some of `all`, each with its own value, in any order. */
function someOf<Name extends string, T>(all: readonly Name[], value: fc.Arbitrary<T>): fc.Arbitrary<[Name, T][]> {
  return fc
    .shuffledSubarray([...all])
    .chain((some) => fc.tuple(...some.map((name) => fc.tuple(fc.constant(name), value))));
}

const deviceFields = fc.record(
  { options: fc.record({ unitId: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);

const driverFields = fc.record(
  {
    type: fc.constantFrom('press', 'robot', 'swarm'),
    options: fc.record({ host: fc.constantFrom('a', '10.0.0.1'), timeoutMs: fc.constantFrom(10, 1_000) }, { requiredKeys: ['host'] }),
    isolation: fc.constantFrom('auto' as const, 'host' as const),
    enabled: fc.boolean(),
    resilience: fc.record({ read: fc.record({ timeoutMs: fc.constantFrom(500, 4_000) }), breaker: fc.record({ failures: fc.constantFrom(null, 5, 7) }) }, { requiredKeys: [] }),
    supervision: fc.record({ drainMs: fc.constantFrom(0, 10_000) }),
  },
  { requiredKeys: ['type', 'options'] },
); // prettier-ignore

/** Paths are shared by all devices, so that tags move from one to another. */
const tagPaths = names.flatMap((area) => names.map((signal) => `${area}/${signal}`));

const drivers = fc
  .tuple(
    someOf(names, fc.tuple(driverFields, someOf(names.slice(0, 3), deviceFields))),
    someOf(tagPaths, fc.tuple(tagFields, fc.nat())),
  )
  .map(([skeletons, tags]): DriverDocument[] => {
    const slots = skeletons.flatMap(([id, [, devices]]) => devices.map(([device]) => `${id}/${device}`));
    const tagsOf = (slot: string): TagDocument[] =>
      tags.filter(([, [, n]]) => slots[n % slots.length] === slot).map(([path, [fields]]) => ({ path, ...fields }));
    return skeletons.map(([id, [fields, devices]]) => ({
      id,
      ...fields,
      devices: devices.map(([device, more]): DeviceDocument => ({
        id: device,
        ...more,
        tags: tagsOf(`${id}/${device}`),
      })),
    }));
  });

/** Documents without errors that use every part of the schema. */
export const arbitraryDocument: fc.Arbitrary<PlantDocument> = fc.record(
  {
    version: fc.constant(1 as const),
    site: fc.constant('lab'),
    logging: fc.record(
      { level: fc.constantFrom('debug' as const, 'info' as const), json: fc.boolean() },
      { requiredKeys: [] },
    ),
    tls: fc.record({ enabled: fc.boolean() }, { requiredKeys: [] }),
    drivers,
    opcua: fc.record(
      { enabled: fc.boolean(), port: fc.constantFrom(0, 4_841), anonymous: fc.boolean() },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['version', 'site'] },
);

/** The plant that a document without errors is. */
export function plantOf(document: unknown): Plant {
  const { plant, findings } = validatePlant(document, catalogue, {
    secrets: { env: (name) => `value of ${name}`, file: () => '' },
  });
  if (plant) return plant;
  throw new TypeError(`the document has findings: ${JSON.stringify(findings)}`);
}
