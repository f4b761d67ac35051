import type { DriverDefinition } from '@fieldwarden/driver';
import { z, type ZodType } from 'zod';
import { reserved } from './fields.js';
import { describedSchema } from '../modules/described-schema.js';
import type { Catalogue } from './catalogue.js';
import { plantSchema } from './plant-document.js';
import { sectionSchema } from './service-schema.js';

/** As much of JSON Schema as is built here. */
export interface PlantJsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  /** Of numbers; no keyword of JSON Schema, but one that readers of it pass over. */
  readonly unit?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, PlantJsonSchema>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly items?: PlantJsonSchema;
  readonly anyOf?: readonly PlantJsonSchema[];
  readonly allOf?: readonly PlantJsonSchema[];
  readonly if?: PlantJsonSchema;
  readonly then?: PlantJsonSchema;
}

/**
 * JSON Schema (draft 2020-12) of the plant document, for editors: descriptions, defaults, examples, ranges, with the sections of all
 * services. Options of drivers and devices are those of the driver's type; for types that are not in the catalogue they are open.
 */
export function plantJsonSchema({ drivers: registry, services }: Catalogue): PlantJsonSchema {
  const schema = toJsonSchema(plantSchema(services));
  const sections = Object.fromEntries(
    services.all().flatMap((definition) => {
      const { section } = definition;
      return section === null ? [] : [[section, optionsJsonSchema(sectionSchema(definition))] as const];
    }),
  );
  const properties = { ...schema.properties, ...sections };
  const { drivers } = properties as Readonly<Record<string, PlantJsonSchema | undefined>>;
  const types = registry.types();
  if (!drivers?.items || types.length === 0) return { ...schema, title: plantTitle, properties };
  const items = { ...withTypes(drivers.items, types), allOf: types.map(optionsOfType) };
  return { ...schema, title: plantTitle, properties: { ...properties, drivers: { ...drivers, items } } };
}

const plantTitle = 'Fieldwarden plant document';

/** Options of a driver type as editors need them: unknown fields are refused, as the loader does. */
export function optionsJsonSchema(schema: ZodType): PlantJsonSchema {
  const known = describedSchema(schema);
  if (known) return known;
  const { $schema: _, ...rest } = toJsonSchema(schema) as PlantJsonSchema & { readonly $schema?: string };
  return rest;
}

function toJsonSchema(schema: ZodType): PlantJsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Editors should see at once that a reserved section stays empty.
      if ((zodSchema as unknown) === reserved) Object.assign(jsonSchema, { enum: [[], {}, null] });
      if (jsonSchema.type === 'object' && jsonSchema.properties) jsonSchema.additionalProperties ??= false;
    },
  }) as PlantJsonSchema;
}

/** The known names, without refusing others: a module's path or a package is a type too. */
function withTypes(driver: PlantJsonSchema, types: readonly DriverDefinition[]): PlantJsonSchema {
  const { description, ...open } = driver.properties?.type ?? {};
  const named = { anyOf: [{ enum: types.map(({ type }) => type) }, open] };
  return { ...driver, properties: { ...driver.properties, type: { ...(description && { description }), ...named } } };
}

function optionsOfType(definition: DriverDefinition): PlantJsonSchema {
  const options = ofOwner(definition.options, `Options of driver type ${definition.type}.`);
  const device = ofOwner(definition.deviceOptions, `Options of a device of driver type ${definition.type}.`);
  const tag =
    definition.tagOptions && ofOwner(definition.tagOptions, `Options of a tag of driver type ${definition.type}.`);
  const items = tag ? { ...device, properties: { ...device.properties, tags: { items: tag } } } : device;
  return {
    if: { properties: { type: { const: definition.type } }, required: ['type'] },
    then: {
      ...options,
      properties: { ...options.properties, devices: { items } },
    },
  };
}

/** An owner's field `options`, which must be written if any of its fields must. */
function ofOwner(schema: ZodType, description: string): PlantJsonSchema {
  const options = { description, ...optionsJsonSchema(schema) };
  const required = options.required && options.required.length > 0;
  return { properties: { options }, ...(required && { required: ['options'] }) };
}
