import type { ScalarType, TagValue } from '@fieldwarden/core';

/**
 * A value as JSON text, as INTERFACES §16 has it: 64-bit integers as text, NaN and infinities as null, times as ISO 8601, bytes in base64. No object is
 * made for it: this runs for every value that is published.
 */
export function valueJson(value: TagValue | null, scalar: ScalarType): string {
  if (value === null) return 'null';
  if (typeof value === 'object' && !(value instanceof Uint8Array)) {
    let text = '[';
    for (let i = 0; i < value.length; i += 1)
      text += i === 0 ? scalarJson(value[i], scalar) : `,${scalarJson(value[i], scalar)}`;
    return `${text}]`;
  }
  return scalarJson(value, scalar);
}

/** ECMA-262, 21.4.1.1. */
const latestTimeMs = 8.64e15;

function scalarJson(value: Exclude<TagValue, readonly unknown[]>, scalar: ScalarType): string {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) return 'null';
      if (scalar !== 'datetime') return String(value);
      return Math.abs(value) <= latestTimeMs ? `"${new Date(value).toISOString()}"` : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}"`;
    case 'string':
      return JSON.stringify(value);
    default:
      return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
  }
}

/** `t`: whole milliseconds since 1970; the clock of a device may have parts of one. */
export function timeJson(atMs: number): string {
  return Number.isFinite(atMs) ? String(Math.floor(atMs)) : 'null';
}
