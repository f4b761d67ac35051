import { z } from 'zod';

/** What the shapes are made of. Times are ISO-8601, UTC, with milliseconds. */

export const text = z.string();
export const textOrNull = text.nullable();
export const number = z.number();
export const numberOrNull = number.nullable();
export const integer = z.int();
export const integerOrNull = integer.nullable();
export const count = z.int().min(0);
/** Number of a generation, or of something else that is counted from 1. */
export const ordinal = z.int().min(1);
export const ordinalOrNull = ordinal.nullable();
export const boolean = z.boolean();
export const time = z.string().meta({ format: 'date-time' });
export const timeOrNull = time.nullable();
export const anything = z.unknown();
export const plantDocument = anything.describe('Plant document as written; secrets are references.');
/** Any JSON object. */
export const record = z.record(z.string(), z.unknown());

export const tier = z.enum(['A', 'B', 'C']);
export const isolation = z.enum(['in-process', 'host']);
export const breaker = z.enum(['closed', 'open', 'half-open']);
/** OPC UA status as a number. */
export const statusCode = z.int().min(0).max(0xffffffff);
export const writeOutcome = z
  .enum(['done', 'rejected', 'not-sent', 'unknown'])
  .describe(
    'The device confirmed, or shows the value when read back (`confirmedBy` says who confirmed) · it said no, or shows another value · the request never left · it left and nothing confirms it.',
  );

export const confirmedBy = z
  .enum(['device', 'gateway'])
  .optional()
  .describe('Who said that it is done; only with the outcome `done`.');

/** A body that says by `schema` what it is: `fieldwarden/<kind>@1`. */
export function tagged<const Kind extends string, const Fields extends z.ZodRawShape>(kind: Kind, fields: Fields) {
  return z.object({ schema: z.literal(`fieldwarden/${kind}@1`), ...fields });
}

/** What a value of this schema is. Answers are made once and not changed any more. */
export type Shape<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;

type DeepReadonly<T> = T extends readonly (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;
