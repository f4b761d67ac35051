import { isDeepStrictEqual } from 'node:util';
import type { PlantTag } from '@fieldwarden/gateway-contract';

import { isRecord } from '../document/schema-walk.js';

/** Names from the top down to a field that differs; lists and what is no plain group count as one field. */
export type FieldNames = readonly string[];

/** Fields in which two values differ, in the order of the second; `[[]]` when they differ as a whole. */
export function differingFields(before: unknown, after: unknown): readonly FieldNames[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [[]];
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names].flatMap((name) => differingFields(before[name], after[name]).map((below) => [name, ...below]));
}

/** What stands at a place; undefined where nothing does. */
export function fieldAt(value: unknown, names: FieldNames): unknown {
  let at = value;
  for (const name of names) at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** Names of the fields in which two definitions of a tag differ. */
export function differingTagFields(before: PlantTag, next: PlantTag): readonly (keyof PlantTag)[] {
  if (before === next) return [];
  const fields = Object.keys(next) as (keyof PlantTag)[];
  return fields.filter((field) => before[field] !== next[field] && !isDeepStrictEqual(before[field], next[field]));
}
