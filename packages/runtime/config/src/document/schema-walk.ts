import { z, type ZodType } from 'zod';
import type { FieldPath } from '../rules/findings.js';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a walk of a value beside its schema comes across. */
export type Discovery =
  | {
      readonly kind: 'unknown-field';
      readonly path: FieldPath;
      /** Names that the schema has at this place. */
      readonly known: readonly string[];
    }
  | {
      /** Fields that no member of a union accepts. */
      readonly kind: 'failing-union';
      readonly path: FieldPath;
      readonly value: unknown;
      /** The one that was probably meant. */
      readonly member: ZodType;
    };

/**
 * Fields of `input` that `schema` does not have, at any depth, and unions that fail. Drivers need not write strict schemas for
 * this; where one says `looseObject` or `catchall`, every name is known. A failing union is not entered.
 */
export function* walkShape(schema: ZodType, input: unknown, path: FieldPath = []): Generator<Discovery> {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) yield* walkObject(bare, input, path);
  else if (bare instanceof z.ZodUnion) yield* walkUnion(bare, input, path);
  else if (bare instanceof z.ZodArray && Array.isArray(input)) {
    for (const [i, element] of input.entries()) yield* walkShape(bare.element as ZodType, element, [...path, i]);
  } else if (bare instanceof z.ZodRecord && isRecord(input)) {
    for (const [name, value] of Object.entries(input)) {
      yield* walkShape(bare.valueType as ZodType, value, [...path, name]);
    }
  }
}

function* walkUnion(union: z.ZodUnion, input: unknown, path: FieldPath): Generator<Discovery> {
  const member = isRecord(input) ? bestMember(union, input) : undefined;
  if (member === undefined) return;
  if (union.safeParse(input).success) yield* walkShape(member, input, path);
  else yield { kind: 'failing-union', path, value: input, member };
}

function* walkObject(schema: z.ZodObject, input: unknown, path: FieldPath): Generator<Discovery> {
  if (!isRecord(input)) return;
  const open = isOpen(schema);
  const known = Object.keys(schema.shape);
  for (const [name, value] of Object.entries(input)) {
    const here = [...path, name];
    if (Object.hasOwn(schema.shape, name)) yield* walkShape(fieldOf(schema, name), value, here);
    else if (!open) yield { kind: 'unknown-field', path: here, known };
  }
}

function fieldOf(schema: z.ZodObject, name: string): ZodType {
  return schema.shape[name] as ZodType;
}

function isOpen(schema: z.ZodObject): boolean {
  const { catchall } = schema.def;
  return catchall !== undefined && !(catchall instanceof z.ZodNever);
}

/**
 * The part of `input` that `schema` accepts, field by field: rules that look at one field can then work although another one
 * is wrong. Array positions are kept; a field that is written but not accepted is there, and undefined.
 */
export function soundPart(schema: ZodType, input: unknown): unknown {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) return soundObject(bare, input);
  if (bare instanceof z.ZodArray) {
    return Array.isArray(input) ? input.map((element) => soundPart(bare.element as ZodType, element)) : undefined;
  }
  return schema.safeParse(input).success ? input : undefined;
}

function soundObject(schema: z.ZodObject, input: unknown): Record<string, unknown> | undefined {
  if (!isRecord(input)) return undefined;
  const written = Object.keys(schema.shape).filter((name) => Object.hasOwn(input, name));
  return Object.fromEntries(written.map((name) => [name, soundPart(fieldOf(schema, name), input[name])]));
}

/** Without the wrappers that say nothing about the shape of what is written. */
function unwrap(schema: ZodType): ZodType {
  let inner: ZodType = schema;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
      inner = inner.unwrap() as ZodType;
    } else if (inner instanceof z.ZodPrefault || inner instanceof z.ZodReadonly || inner instanceof z.ZodCatch) {
      inner = inner.unwrap() as ZodType;
    } else if (inner instanceof z.ZodPipe) {
      inner = (inner.in instanceof z.ZodTransform ? inner.out : inner.in) as ZodType;
    } else if (inner instanceof z.ZodLazy) {
      inner = inner.unwrap() as ZodType;
    } else return inner;
  }
}

/** The member that accepts the input, else the group of fields that fits most of it. */
function bestMember(union: z.ZodUnion, input: Readonly<Record<string, unknown>>): ZodType | undefined {
  const members = union.options as readonly ZodType[];
  const accepting = members.find((member) => member.safeParse(input).success);
  if (accepting) return accepting;
  const ranked = members
    .map((member) => ({ member, fit: fitOf(unwrap(member), input) }))
    .filter(({ fit }) => fit !== undefined);
  return ranked.sort((a, b) => Number(b.fit) - Number(a.fit))[0]?.member;
}

/** One point for each name that the member has, another if it accepts the value; undefined if it is no group of fields. */
function fitOf(member: ZodType, input: Readonly<Record<string, unknown>>): number | undefined {
  if (!(member instanceof z.ZodObject)) return undefined;
  const known = Object.keys(input).filter((name) => Object.hasOwn(member.shape, name));
  return known.length + known.filter((name) => fieldOf(member, name).safeParse(input[name]).success).length;
}

/** What `soundPart` leaves of a document: anything may be missing. */
export type SoundPart<T> = T extends readonly (infer Element)[]
  ? readonly (SoundPart<Element> | undefined)[]
  : T extends object
    ? { readonly [Field in keyof T]?: SoundPart<T[Field]> | undefined }
    : T;

/** True if the field is written, but wrongly: it has its finding already, and rules about its absence do not apply. */
export function isUnsound<T extends object>(draft: T, field: keyof T): boolean {
  return Object.hasOwn(draft, field) && draft[field] === undefined;
}
