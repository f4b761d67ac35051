import { DriverRegistry } from '@fieldwarden/driver';
import type { Catalogue } from './catalogue.js';
import { optionsJsonSchema, plantJsonSchema, type PlantJsonSchema } from './plant-json-schema.js';

/** The reference of the plant document as Markdown, from the schemas themselves: every field, the sections of all services and the options of every driver type of the catalogue. */
export function plantReference({ drivers: registry, services }: Catalogue): string {
  const { properties = {} } = plantJsonSchema({ drivers: new DriverRegistry(), services });
  const { drivers, ...top } = properties;
  const driver = drivers.items as PlantJsonSchema;
  const device = driver.properties?.devices.items as PlantJsonSchema;
  const tag = device.properties?.tags.items as PlantJsonSchema;
  return [
    '# Plant document: reference',
    'Made from the schema by `node apps/docs/plant-reference.mjs`; changes belong there. An editor that is given the JSON Schema of `GET /api/v1/schema/plant` knows the same.',
    ...section('## Document', { properties: top }),
    ...section('## `drivers[]`', without(driver, 'devices')),
    ...section('## `drivers[].devices[]`', without(device, 'tags')),
    ...section('## `drivers[].devices[].tags[]`', tag),
    '## Options by driver type',
    ...registry
      .types()
      .flatMap(({ type, tier, options, deviceOptions, tagOptions }) => [
        ...section(`### \`${type}\`, tier ${tier}: \`options\``, optionsJsonSchema(options)),
        ...section(`### \`${type}\`: \`devices[].options\``, optionsJsonSchema(deviceOptions)),
        ...(tagOptions ? section(`### \`${type}\`: \`devices[].tags[].options\``, optionsJsonSchema(tagOptions)) : []),
      ]),
  ]
    .join('\n\n')
    .concat('\n');
}

function without({ properties = {}, ...rest }: PlantJsonSchema, name: string): PlantJsonSchema {
  const { [name]: _, ...others } = properties;
  return { ...rest, properties: others };
}

function section(title: string, schema: PlantJsonSchema): readonly string[] {
  const rows = rowsOf(schema, '');
  const { description } = schema;
  const table = ['| field | type | meaning |', '|---|---|---|', ...rows].join('\n');
  return [title, ...(description ? [description] : []), rows.length === 0 ? 'None.' : table];
}

function rowsOf(schema: PlantJsonSchema, prefix: string): readonly string[] {
  const groups = [schema, ...(schema.anyOf ?? [])].filter(({ properties }) => properties);
  return groups.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, field]) => {
      const own = `| \`${prefix}${name}\`${required.includes(name) ? ' *required*' : ''} | ${typeOf(field)} | ${meaningOf(field)} |`;
      return [own, ...rowsOf(field, `${prefix}${name}.`), ...rowsOf(field.items ?? {}, `${prefix}${name}[].`)];
    }),
  );
}

function typeOf(field: PlantJsonSchema): string {
  if (field.const !== undefined) return cell(JSON.stringify(field.const));
  if (field.enum) return cell(field.enum.map((value) => JSON.stringify(value)).join(' or '));
  if (field.anyOf) return [...new Set(field.anyOf.map(typeOf))].join(' or ');
  if (field.type === 'array') return `list of ${field.items ? typeOf(field.items) : 'anything'}`;
  const types = [field.type ?? 'anything'].flat();
  return types.map((type) => typeNames[type] ?? type).join(' or ');
}

const typeNames: Readonly<Record<string, string>> = {
  integer: 'whole number',
  string: 'text',
  boolean: 'true or false',
  object: 'group',
};

function exampleText(example: unknown): string {
  const hasGroups = [example].flat().some((part) => typeof part === 'object');
  return hasGroups ? `\`${JSON.stringify(example)}\`` : String(example);
}

/** Descriptions of the plant's own fields say unit, default and range in words; those of driver types leave it to the schema. */
function meaningOf(field: PlantJsonSchema): string {
  const { description = '', unit, minimum, maximum, examples = [] } = field;
  const parts = [
    ended(description),
    unit !== undefined && !description.includes('Unit: ') && `Unit: ${unit}.`,
    isScalar(field.default) && !description.includes('Default: ') && `Default: ${JSON.stringify(field.default)}.`,
    minimum !== undefined && !description.includes('Range: ') && !isOpen(minimum, maximum) && `Range: ${minimum} to ${maximum}.`,
    examples.length > 0 && !description.includes('Example: ') && `Example: ${examples.map(exampleText).join(', ')}.`,
  ]; // prettier-ignore
  return cell(parts.filter((part) => typeof part === 'string' && part !== '').join(' '));
}

function isScalar(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

function ended(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** zod tells the bounds of safe integers where a schema says none. */
function isOpen(minimum: number, maximum: number | undefined): boolean {
  return maximum === undefined || (minimum === Number.MIN_SAFE_INTEGER && maximum === Number.MAX_SAFE_INTEGER);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
