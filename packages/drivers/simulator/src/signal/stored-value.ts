import type { DataType, TagValue } from '@fieldwarden/core';

/** A value as a device with a variable of this type keeps it: a float32 has the precision of one. */
export function storedValue(value: TagValue, { scalar }: DataType): TagValue {
  if (scalar !== 'float32') return value;
  return Array.isArray(value) ? value.map((element) => Math.fround(Number(element))) : Math.fround(Number(value));
}
