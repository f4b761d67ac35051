import { formatDataType, type TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type { MemoryAddress } from './address.js';

export interface MemoryCell {
  value: TagValue;
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
    if (!found) this.#cells.set(key, (found = { value: initial }));
    return found;
  }

  footprintBytes(): number {
    return this.#cells.size * bytesPerCell;
  }
}

/** Every tag has a cell of its own, unless tags share one by name. Tags of different types never do. */
function cellKey(deviceId: string, { path, type }: Point, cell: string | undefined): string {
  return JSON.stringify([deviceId, cell === undefined ? ['tag', path] : ['cell', cell], formatDataType(type)]);
}
