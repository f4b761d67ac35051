import { type JsonSchema } from './operation.js';

/** What the schemas of the document are made of. */

export const text: JsonSchema = { type: 'string' };
export const textOrNull: JsonSchema = { type: ['string', 'null'] };
export const number: JsonSchema = { type: 'number' };
export const numberOrNull: JsonSchema = { type: ['number', 'null'] };
export const count: JsonSchema = { type: 'integer', minimum: 0 };
export const position: JsonSchema = { type: 'integer', minimum: 1, description: 'In the text, counted from 1.' };
export const boolean: JsonSchema = { type: 'boolean' };
export const time: JsonSchema = { type: 'string', format: 'date-time' };
export const timeOrNull: JsonSchema = { type: ['string', 'null'], format: 'date-time' };
export const anything: JsonSchema = {};

export function oneOf(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values };
}

/** Every property is required but those named in `optional`. Fields may be added later, so others are allowed. */
export function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

export function tagged(
  kind: string,
  properties: Readonly<Record<string, JsonSchema>>,
  optional?: readonly string[],
): JsonSchema {
  return object({ schema: { type: 'string', const: `fieldwarden/${kind}@1` }, ...properties }, optional);
}

export function arrayOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}
