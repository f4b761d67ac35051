import { ValueColumns, type TagValue } from '@fieldwarden/core';
import type { TagRows } from '@fieldwarden/service';
import { copyColumns, copyRows, copyServerTimes, type ColumnsHeader } from '../../wire/columns-codec.js';

/** Values of tags on their way: row i belongs to handle `handles[i]`. Used again for every frame. */
export class CarriedColumns extends ValueColumns implements TagRows {
  readonly handles: Uint32Array;
  readonly serverTimes: Float64Array;
  override objects = new Map<number, TagValue>();

  constructor(length: number) {
    super(length);
    this.handles = new Uint32Array(length);
    this.serverTimes = new Float64Array(length);
  }

  /** Takes a frame. Throws kind `protocol` when it is none of tags below `end`; there must be room for its rows. */
  decode(header: ColumnsHeader, payload: Uint8Array, end: number): void {
    this.objects.clear();
    copyRows(header, payload, this.handles, end);
    copyColumns(header, payload, this);
    copyServerTimes(header, payload, this.serverTimes);
  }
}
