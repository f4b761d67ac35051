import type { JsonSchema } from '../openapi/operation.js';

/**
 * Where and how `value` differs from `schema`; empty if it conforms. Knows the keywords of `JsonSchema`, and is stricter than
 * JSON Schema in one point: an object may only have properties that the schema names, so that nothing stays undocumented.
 */
export function differences(
  value: unknown,
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  at = '$',
): readonly string[] {
  if (schema.$ref !== undefined) return differences(value, resolve(schema.$ref, schemas), schemas, at);
  if (schema.anyOf) {
    const attempts = schema.anyOf.map((option) => differences(value, option, schemas, at));
    return attempts.some((found) => found.length === 0) ? [] : attempts.flat();
  }
  return [
    ...typeDifference(value, schema, at),
    ...(schema.const !== undefined && value !== schema.const ? [`${at} is not ${schema.const}`] : []),
    ...(schema.enum && !schema.enum.includes(value as string) ? [`${at} is none of ${schema.enum.join(', ')}`] : []),
    ...(typeof value === 'number' ? rangeDifferences(value, schema, at) : []),
    ...(schema.format === 'date-time' && value !== null && !isTime(value) ? [`${at} is no time`] : []),
    ...(Array.isArray(value) && schema.items
      ? value.flatMap((item, i) => differences(item, schema.items!, schemas, `${at}[${i}]`))
      : []),
    ...(isRecord(value) ? propertyDifferences(value, schema, schemas, at) : []),
  ];
}

function resolve(ref: string, schemas: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const found = schemas[ref.replace('#/components/schemas/', '')];
  if (!found) throw new Error(`${ref} leads nowhere`);
  return found;
}

function typeDifference(value: unknown, { type }: JsonSchema, at: string): readonly string[] {
  if (type === undefined) return [];
  const types = typeof type === 'string' ? [type] : type;
  return types.some((name) => isOfType(value, name)) ? [] : [`${at} is no ${types.join(' or ')}`];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

function rangeDifferences(
  value: number,
  { minimum = -Infinity, maximum = Infinity }: JsonSchema,
  at: string,
): readonly string[] {
  return value >= minimum && value <= maximum ? [] : [`${at} is outside ${minimum} to ${maximum}`];
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
}

function propertyDifferences(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  at: string,
): readonly string[] {
  const missing = required.filter((name) => !(name in value)).map((name) => `${at} lacks ${name}`);
  const wrong = Object.entries(value).flatMap(([name, item]) => {
    const schema = properties[name] ?? additionalProperties;
    if (typeof schema === 'object') return differences(item, schema, schemas, `${at}.${name}`);
    return schema === true || Object.keys(properties).length === 0 ? [] : [`${at}.${name} is not documented`];
  });
  return [...missing, ...wrong];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
