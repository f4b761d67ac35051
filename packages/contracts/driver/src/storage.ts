import { GatewayError, messageOf } from '@fieldwarden/core';

/** Largest value, in bytes: of the array, or of the JSON text in UTF-8. */
export const maxStoredValueBytes = 1024 * 1024;

/** Longest key, in UTF-16 code units. */
export const maxStoredKeyLength = 256;

/** Most keys of one driver. */
export const maxStoredKeys = 1_000;

/** Whatever JSON can say, or bytes. */
export type StoredValue =
  Uint8Array | string | number | boolean | null | readonly StoredValue[] | { readonly [name: string]: StoredValue };

/**
 * A small durable table of one driver's own, for what it must not forget: sequence numbers, learnt layouts, tokens. Not for values of
 * tags. Nobody else reads it. It outlives sessions, processes and the gateway, and also the driver's being taken out of the plant.
 * Every record stands for itself: a crash in the middle of a `put` leaves the old value, a damaged record is one that is not there.
 * While an overlapping recycle lasts, two sessions have the table; the last `put` of a key wins.
 *
 * Everything rejects with kind `overloaded` when the disk is full or fails, and with kind `bug` for a key or value out of bounds.
 */
export interface DriverStorage {
  /** A copy of what was stored; undefined for a key that there is not. Objects come back as JSON makes them, bytes as `Uint8Array`. */
  get(key: string): Promise<StoredValue | undefined>;
  /** Resolves when the value is on the disk. Bytes only as the value itself, not inside of an object. */
  put(key: string, value: StoredValue): Promise<void>;
  /** Resolves when it is gone, also when it never was there. */
  delete(key: string): Promise<void>;
  /** In no particular order. */
  keys(): Promise<readonly string[]>;
}

/** A value on its way to the disk. */
export interface EncodedValue {
  readonly form: 'bytes' | 'json';
  readonly bytes: Uint8Array;
}

/** For whoever implements `DriverStorage`. Throws kind `bug` for what is no key. */
export function checkStoredKey(key: string): void {
  if (typeof key === 'string' && key.length > 0 && key.length <= maxStoredKeyLength && key.isWellFormed()) return;
  throw misuse('DRIVER_STORAGE_KEY', `a key of driver storage is a text of 1 to ${maxStoredKeyLength} characters`);
}

/** For whoever implements `DriverStorage`. Throws kind `bug` for what cannot be stored. */
export function encodeStoredValue(key: string, value: StoredValue): EncodedValue {
  const encoded: EncodedValue =
    value instanceof Uint8Array
      ? { form: 'bytes', bytes: value }
      : { form: 'json', bytes: new TextEncoder().encode(jsonOf(key, value)) };
  const { length } = encoded.bytes;
  if (length <= maxStoredValueBytes) return encoded;
  throw misuse('DRIVER_STORAGE_VALUE', `${key} has ${length} bytes; driver storage takes ${maxStoredValueBytes}`);
}

function jsonOf(key: string, value: StoredValue): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch (error) {
    throw misuse('DRIVER_STORAGE_VALUE', `${key} cannot be stored: ${messageOf(error)}`);
  }
  throw misuse('DRIVER_STORAGE_VALUE', `${key} cannot be stored: JSON has no words for it`);
}

function misuse(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'bug', message });
}
