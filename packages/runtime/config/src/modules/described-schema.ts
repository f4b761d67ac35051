import { z, type ZodType } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas that are known as data only: they accept everything, since the module itself has judged. */
const described = new WeakMap<object, JsonSchema>();

/** What a third party's schema looks like to editors; undefined for a schema of our own. */
export function describedSchema(schema: ZodType): JsonSchema | undefined {
  return described.get(schema);
}

/** Accepts any group of fields; null: there is nothing to show of it. */
export function openSchema(json: JsonSchema | null): z.ZodObject {
  const schema = z.looseObject({});
  described.set(schema, json ?? {});
  return schema;
}
