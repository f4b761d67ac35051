import type { ScalarValue, ValueColumns } from '@fieldwarden/core';
import { bytePositions, type Order32, type Order64 } from './byte-order.js';
import { requireNumber } from './checks.js';
import type { ElementCodec } from './codec.js';
import { load32, store32 } from './integer-codecs.js';

const float32 = new Float32Array(1);
const float32Bits = new Uint32Array(float32.buffer);
const view64 = new DataView(new ArrayBuffer(8));

export class Float32Codec implements ElementCodec {
  readonly byteLength = 4;
  readonly #positions: readonly number[];

  constructor(order: Order32) {
    this.#positions = bytePositions(order);
  }

  decode(source: Uint8Array, offset: number): number {
    float32Bits[0] = load32(source, offset, this.#positions);
    return float32[0];
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    float32[0] = requireNumber(value, 'float32');
    store32(float32Bits[0], target, offset, this.#positions);
  }

  decodeColumn(
    source: Uint8Array,
    base: number,
    offsets: Uint32Array,
    rows: Uint32Array,
    into: ValueColumns,
    sourceAtMs: number,
  ): void {
    const [a, b, c, d] = this.#positions;
    for (let i = 0; i < rows.length; i++) {
      const at = base + offsets[i];
      float32Bits[0] = (source[at + a] << 24) | (source[at + b] << 16) | (source[at + c] << 8) | source[at + d];
      into.setNumber(rows[i], float32[0], sourceAtMs);
    }
  }
}

export class Float64Codec implements ElementCodec {
  readonly byteLength = 8;
  readonly #high: readonly number[];
  readonly #low: readonly number[];

  constructor(order: Order64) {
    this.#high = bytePositions(order).slice(0, 4);
    this.#low = bytePositions(order).slice(4);
  }

  decode(source: Uint8Array, offset: number): number {
    view64.setUint32(0, load32(source, offset, this.#high));
    view64.setUint32(4, load32(source, offset, this.#low));
    return view64.getFloat64(0);
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    view64.setFloat64(0, requireNumber(value, 'float64'));
    store32(view64.getUint32(0), target, offset, this.#high);
    store32(view64.getUint32(4), target, offset, this.#low);
  }

  decodeColumn(
    source: Uint8Array,
    base: number,
    offsets: Uint32Array,
    rows: Uint32Array,
    into: ValueColumns,
    sourceAtMs: number,
  ): void {
    for (let i = 0; i < rows.length; i++) {
      into.setNumber(rows[i], this.decode(source, base + offsets[i]), sourceAtMs);
    }
  }
}
