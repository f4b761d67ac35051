import { bigIntegerRanges, integerRanges, type DataType, type TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';

/** What each device remembers, for as long as the process lives. */
export class DeviceCells {
  readonly #counts = new Map<string, number>();
  readonly #values = new Map<string, TagValue>();

  /** The device is gone, and what it remembered with it. */
  remove(deviceId: string): void {
    this.#counts.delete(deviceId);
    const prefix = `${JSON.stringify([deviceId]).slice(0, -1)},`;
    for (const key of [...this.#values.keys()]) if (key.startsWith(prefix)) this.#values.delete(key);
  }

  count(deviceId: string): void {
    this.#counts.set(deviceId, (this.#counts.get(deviceId) ?? 0) + 1);
  }

  /** Starts again at 0 beyond the largest number of the type. */
  counter(deviceId: string, { scalar }: DataType): number {
    const count = this.#counts.get(deviceId) ?? 0;
    const max = integerRanges[scalar]?.[1];
    return max === undefined ? count : count % (max + 1);
  }

  value(deviceId: string, { path, type }: Point): TagValue {
    return this.#values.get(cellKey(deviceId, path)) ?? zeroOf(type);
  }

  /** A float32 keeps the precision of one. */
  store(deviceId: string, { path, type }: Point, value: TagValue): void {
    this.#values.set(cellKey(deviceId, path), type.scalar === 'float32' ? Math.fround(Number(value)) : value);
  }
}

function cellKey(deviceId: string, path: string): string {
  return JSON.stringify([deviceId, path]);
}

function zeroOf({ scalar }: DataType): TagValue {
  if (scalar === 'bool') return false;
  if (scalar === 'string') return '';
  return bigIntegerRanges[scalar] === undefined ? 0 : 0n;
}
