import { z, type ZodType } from 'zod';
import type { FieldPath } from './findings.js';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface UnknownField {
  readonly path: FieldPath;
  /** Names that the schema has at this place. */
  readonly known: readonly string[];
}

/**
 * Fields of `input` that `schema` does not have, at any depth. Drivers need not write strict schemas for this; where one says
 * `looseObject` or `catchall`, every name is known.
 */
export function* unknownFields(schema: ZodType, input: unknown, path: FieldPath = []): Generator<UnknownField> {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) yield* unknownInObject(bare, input, path);
  else if (bare instanceof z.ZodArray && Array.isArray(input)) {
    for (const [i, element] of input.entries()) yield* unknownFields(bare.element as ZodType, element, [...path, i]);
  } else if (bare instanceof z.ZodUnion) {
    const member = bestMember(bare, input);
    if (member) yield* unknownFields(member, input, path);
  } else if (bare instanceof z.ZodRecord && isRecord(input)) {
    for (const [name, value] of Object.entries(input)) {
      yield* unknownFields(bare.valueType as ZodType, value, [...path, name]);
    }
  }
}

function* unknownInObject(schema: z.ZodObject, input: unknown, path: FieldPath): Generator<UnknownField> {
  if (!isRecord(input)) return;
  const open = isOpen(schema);
  const known = Object.keys(schema.shape);
  for (const [name, value] of Object.entries(input)) {
    const here = [...path, name];
    if (Object.hasOwn(schema.shape, name)) yield* unknownFields(schema.shape[name], value, here);
    else if (!open) yield { path: here, known };
  }
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
  return Object.fromEntries(written.map((name) => [name, soundPart(schema.shape[name], input[name])]));
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

/** The member of a union that was meant: one that accepts the input, else the one that has most of its field names. */
function bestMember(union: z.ZodUnion, input: unknown): ZodType | undefined {
  const members = union.options as readonly ZodType[];
  const names = isRecord(input) ? Object.keys(input) : [];
  const ranked = members.map((member) => ({ member, score: score(unwrap(member), input, names) }));
  return ranked.sort((a, b) => b.score - a.score)[0]?.member;
}

function score(member: ZodType, input: unknown, names: readonly string[]): number {
  const accepted = member.safeParse(input).success ? names.length + 1 : 0;
  if (!(member instanceof z.ZodObject)) return accepted;
  return accepted + names.filter((name) => Object.hasOwn(member.shape, name)).length;
}

/** What `soundPart` leaves of a document: anything may be missing. */
export type Draft<T> = T extends readonly (infer Element)[]
  ? readonly (Draft<Element> | undefined)[]
  : T extends object
    ? { readonly [Field in keyof T]?: Draft<T[Field]> | undefined }
    : T;

/** True if the field is written, but wrongly: it has its finding already, and rules about its absence do not apply. */
export function isUnsound<T extends object>(draft: T, field: keyof T): boolean {
  return Object.hasOwn(draft, field) && draft[field] === undefined;
}
