import { formatDataType, type TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type { MemoryAddress } from '../address.js';

export interface MemoryCell {
  value: TagValue;
  readonly initial: TagValue;
}

/** Rough size of a cell with its key, in bytes. */
const bytesPerCell = 200;

/** What has been written, for as long as the session lives. */
export class MemoryCells {
  readonly #cells = new Map<string, MemoryCell>();

  /** The cell of a point, made with its initial value when first asked for. */
  of(deviceId: string, point: Point, { cell, initial }: MemoryAddress): MemoryCell {
    const key = cellKey(deviceId, point, cell);
    let found = this.#cells.get(key);
    if (!found) this.#cells.set(key, (found = { value: initial, initial }));
    return found;
  }

  /** The device is gone; plans of it that are still there keep what they have. */
  remove(deviceId: string): void {
    for (const key of this.#keysOf(deviceId)) this.#cells.delete(key);
  }

  /** Back to their initial values; returns how many had been made. */
  clear(deviceId: string): number {
    const keys = this.#keysOf(deviceId);
    for (const key of keys) {
      const cell = this.#cells.get(key)!;
      cell.value = cell.initial;
    }
    return keys.length;
  }

  footprintBytes(): number {
    return this.#cells.size * bytesPerCell;
  }

  #keysOf(deviceId: string): string[] {
    const prefix = `${JSON.stringify([deviceId]).slice(0, -1)},`;
    return [...this.#cells.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** Every tag has a cell of its own, unless tags share one by name. Tags of different types never do. */
function cellKey(deviceId: string, { path, type }: Point, cell: string | undefined): string {
  return JSON.stringify([deviceId, cell === undefined ? ['tag', path] : ['cell', cell], formatDataType(type)]);
}
