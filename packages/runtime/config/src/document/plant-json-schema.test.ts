import { DriverRegistry, type DriverDefinition } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plantJsonSchema, type PlantJsonSchema } from './plant-json-schema.js';
import { plantReference } from './plant-reference.js';
import { sampleCatalogue } from '../testing/sample-catalogue.js';
import { validatePlant } from '../rules/validate-plant.js';

const schema = plantJsonSchema(sampleCatalogue());

function* groups(node: PlantJsonSchema): Generator<PlantJsonSchema> {
  if (node.properties) yield node;
  for (const below of [
    ...Object.values(node.properties ?? {}),
    ...(node.items ? [node.items] : []),
    ...(node.anyOf ?? []),
  ]) {
    yield* groups(below);
  }
}

function fieldsOf(group: PlantJsonSchema): [name: string, field: PlantJsonSchema, required: boolean][] {
  return Object.entries(group.properties ?? {}).map(([name, field]) => [name, field, !!group.required?.includes(name)]);
}

const fields = [...groups(schema)].flatMap(fieldsOf);

describe('the JSON schema (§7.1)', () => {
  it('refuses unknown fields in every group', () => {
    const open = [...groups(schema)].filter((group) => group.additionalProperties !== false);
    expect(open).toEqual([]);
    expect([...groups(schema)].length).toBeGreaterThan(15);
  });

  it('describes every field', () => {
    const bare = fields.filter(([, field]) => !field.description && !field.anyOf?.every((member) => member.properties));
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  it('says the unit, the default and the range of every duration', () => {
    const durations = fields.filter(([name]) => name.endsWith('Ms'));
    expect(durations.length).toBeGreaterThan(15);
    for (const [, { description }] of durations) {
      expect(description).toMatch(/Unit: ms\. Default: .+\. Range: \d+ to \d+\.$/);
    }
  });

  it('asks only for what has no default', () => {
    const required = fields.filter(([, , isRequired]) => isRequired).map(([name]) => name);
    expect(required).toEqual([
      'version', 'site', 'id', 'type', 'cron', 'id', 'path', 'address', 'dataType',
      'rawLow', 'rawHigh', 'low', 'high', 'absolute', 'percent', 'id', 'use',
    ]); // prettier-ignore
  });

  it('keeps reserved sections empty', () => {
    expect(schema.properties?.flows).toMatchObject({ enum: [[], {}, null] });
  });
});

describe('the JSON schema for a registry', () => {
  const driver = plantJsonSchema(sampleCatalogue()).properties?.drivers.items as PlantJsonSchema;
  const press = driver.allOf?.find((branch) => branch.if?.properties?.type.const === 'press');

  it('names the types, and refuses no other', () => {
    expect(driver.properties?.type.anyOf?.[0]).toEqual({ enum: ['press', 'robot'] });
    expect(driver.properties?.type.anyOf?.[1]).toMatchObject({ type: 'string' });
  });

  it('has the options of each type, closed, and asks for them where one must be written', () => {
    expect(press?.if?.required).toEqual(['type']);
    expect(press?.then?.required).toEqual(['options']);
    const options = press?.then?.properties?.options;
    expect(options).toMatchObject({ required: ['host'], additionalProperties: false });
    expect(options?.properties?.port).toMatchObject({ type: 'integer', default: 502, minimum: 1, maximum: 65_535 });
  });

  it('has the options of devices, which may be absent', () => {
    const device = press?.then?.properties?.devices.items;
    expect(device?.required).toBeUndefined();
    expect(Object.keys(device?.properties?.options.properties ?? {})).toEqual(['unitId', 'words']);
  });

  it('is open for types that are not in it, and says nothing of types where there are none', () => {
    expect(
      plantJsonSchema({ ...sampleCatalogue(), drivers: new DriverRegistry() }).properties?.drivers.items?.allOf,
    ).toBeUndefined();
    expect(driver.properties?.options).toMatchObject({ type: 'object', additionalProperties: {} });
  });
});

describe('examples in the schema', () => {
  it('are such as the document takes', () => {
    const exampleOf = (group: PlantJsonSchema | undefined, name: string) => group?.properties?.[name].examples?.[0];
    const driver = schema.properties?.drivers.items;
    const device = driver?.properties?.devices.items;
    const tag = device?.properties?.tags.items;
    const tags = tag?.properties?.dataType.examples?.map((dataType, i) => ({
      path: `${String(exampleOf(tag, 'path'))}-${i}`,
      address: exampleOf(tag, 'address'),
      dataType,
      unit: exampleOf(tag, 'unit'),
    }));
    const devices = [{ id: exampleOf(device, 'id'), tags }];
    const drivers = [{ id: exampleOf(driver, 'id'), type: 'press', options: { host: 'h' }, devices }];
    const { findings } = validatePlant({ version: 1, site: 'lab', drivers }, sampleCatalogue());
    expect(findings).toEqual([]);
    expect(tags).toHaveLength(15);
  });
});

describe('defaults in the schema', () => {
  it('stand beside the words that say them', () => {
    const said = fields.filter(([, field]) => field.default !== undefined);
    expect(said.length).toBeGreaterThan(20);
    for (const [name, field] of said) expect(field.description, name).toContain(`Default: ${String(field.default)}`);
  });
});

describe('the reference', () => {
  const text = plantReference(sampleCatalogue());

  it('has a row for every field, with what a driver type leaves to its schema in words', () => {
    for (const [name] of fields) expect(text).toMatch(new RegExp(`\\b${name}(?:\\[\\])?\``));
    expect(text).toContain('| `port` | whole number | Default: 502. Range: 1 to 65535. |');
    expect(text).toContain('| `host` *required* | text |  |');
    expect(text).toContain('| `login.password` *required* | text |  |');
    expect(text).toContain('### `robot`, tier C: `options`');
  });

  it('never breaks its tables', () => {
    const catalogue = sampleCatalogue();
    const options = z.object({ mode: z.enum(['a|b', 'c']).describe('One | the\nother') });
    catalogue.drivers.register({ ...(catalogue.drivers.get('press') as DriverDefinition), type: 'odd', options });
    const rows = plantReference(catalogue)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    for (const row of rows) expect(row.replaceAll('\\|', '').match(/\|/g), row).toHaveLength(4);
  });
});
