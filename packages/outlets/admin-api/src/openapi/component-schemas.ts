import { components, type ComponentName } from '@fieldwarden/admin-contract/components';
import { z } from 'zod';
import { componentAddress, type JsonSchema } from './operation.js';

/** `components/schemas` of the document: the shapes of @fieldwarden/admin-contract as JSON Schema, each named where another uses it. */
export function componentSchemas(): Readonly<Record<ComponentName, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  // Of what is sent and of what is answered alike: nothing is transformed. Other fields may be added later, so objects are open.
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: componentAddress });
  const tidied = Object.entries(schemas).map(([name, { $schema: _dialect, $id: _address, ...schema }]) => [
    name,
    tidy(schema as JsonSchema),
  ]);
  return Object.fromEntries(tidied) as Record<ComponentName, JsonSchema>;
}

/** What zod says at more length than readers and generators of clients need. */
function tidy(schema: JsonSchema): JsonSchema {
  const { propertyNames: _names, maximum, minimum, anyOf, ...rest } = schema;
  const bounds = { ...(isBound(minimum) && { minimum }), ...(isBound(maximum) && { maximum }) };
  return withChildren(orNull({ ...rest, ...bounds, ...(anyOf && { anyOf: anyOf.map(tidy) }) }));
}

/** zod bounds whole numbers by what a double holds exactly: no bound that anybody set. */
function isBound(limit: number | undefined): boolean {
  return limit !== undefined && Math.abs(limit) !== Number.MAX_SAFE_INTEGER;
}

/** One schema or null, as one schema, where it has a single type. */
function orNull({ anyOf, ...schema }: JsonSchema): JsonSchema {
  if (!anyOf) return schema;
  const [first, second] = anyOf;
  const { type, properties } = first;
  if (anyOf.length > 2 || second.type !== 'null' || typeof type !== 'string' || properties) return { ...schema, anyOf };
  return { ...first, ...schema, type: [type, 'null'], ...(first.enum && { enum: [...first.enum, null] }) };
}

function withChildren(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, tidy(property)])),
    }),
    ...(items && { items: tidy(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: tidy(additionalProperties) }),
  };
}
