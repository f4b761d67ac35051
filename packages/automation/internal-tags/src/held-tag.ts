import { fromJsonValue, parseDataType, type DataType, type ScalarValue, type TagValue } from '@fieldwarden/core';
import type { InternalTag } from './settings.js';

/** One internal tag while the service runs. */
export interface HeldTag {
  row: InternalTag;
  readonly type: DataType;
  readonly handle: number;
  /** Null: nobody wrote one, and it has no initial one. */
  value: TagValue | null;
  /** ms since 1970 UTC. */
  sourceAtMs: number;
  /** Somebody wrote it: its initial value counts no more. */
  isWritten: boolean;
  /** When the value was on disk; null while it is not. */
  persistedAtMs: number | null;
}

export function initialOf({ initial, dataType }: InternalTag): TagValue | null {
  return initial === undefined
    ? null
    : held(fromJsonValue(initial, parseDataType(dataType)!), parseDataType(dataType)!);
}

/** As the type can hold it: a float32 has 24 bits. */
export function held(value: TagValue, { scalar }: DataType): TagValue {
  if (scalar !== 'float32') return value;
  return Array.isArray(value)
    ? (value as readonly ScalarValue[]).map((element) => Math.fround(element as number))
    : Math.fround(value as number);
}
