import type { ScalarValue, ValueColumns } from '@fieldwarden/core';
import { bytePositions, type Order16, type Order32, type Order64 } from './byte-order.js';
import { requireBigInteger, requireBoolean, requireInteger } from './checks.js';
import type { ElementCodec } from './codec.js';
import { GenericNumberCodec, GenericObjectCodec } from './generic-codec.js';

/** One byte of its own, as in byte-addressed memories. */
export class ByteIntegerCodec extends GenericNumberCodec {
  readonly byteLength = 1;
  readonly #scalar: 'int8' | 'uint8';

  constructor(scalar: 'int8' | 'uint8') {
    super();
    this.#scalar = scalar;
  }

  decode(source: Uint8Array, offset: number): number {
    return this.#scalar === 'int8' ? (source[offset] << 24) >> 24 : source[offset];
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    target[offset] = requireInteger(value, this.#scalar) & 0xff;
  }
}

/** The low byte of a 16-bit word; writing fills the high byte with the sign (int8) or with zero (uint8). */
export class WordByteCodec extends GenericNumberCodec {
  readonly byteLength = 2;
  readonly #scalar: 'int8' | 'uint8';
  readonly #high: number;
  readonly #low: number;

  constructor(scalar: 'int8' | 'uint8', order: Order16) {
    super();
    this.#scalar = scalar;
    [this.#high, this.#low] = bytePositions(order);
  }

  decode(source: Uint8Array, offset: number): number {
    const byte = source[offset + this.#low];
    return this.#scalar === 'int8' ? (byte << 24) >> 24 : byte;
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    const integer = requireInteger(value, this.#scalar);
    target[offset + this.#high] = (integer >> 8) & 0xff;
    target[offset + this.#low] = integer & 0xff;
  }
}

/** A whole word as a switch: anything but zero is true; true is written as 1. */
export class WordBooleanCodec extends GenericNumberCodec {
  readonly byteLength = 2;
  readonly #low: number;

  constructor(order: Order16) {
    super();
    this.#low = bytePositions(order)[1];
  }

  decode(source: Uint8Array, offset: number): boolean {
    return (source[offset] | source[offset + 1]) !== 0;
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    target[offset] = target[offset + 1] = 0;
    target[offset + this.#low] = requireBoolean(value) ? 1 : 0;
  }
}

export class Integer16Codec implements ElementCodec {
  readonly byteLength = 2;
  readonly #scalar: 'int16' | 'uint16';
  readonly #a: number;
  readonly #b: number;

  constructor(scalar: 'int16' | 'uint16', order: Order16) {
    this.#scalar = scalar;
    [this.#a, this.#b] = bytePositions(order);
  }

  decode(source: Uint8Array, offset: number): number {
    const raw = (source[offset + this.#a] << 8) | source[offset + this.#b];
    return this.#scalar === 'int16' ? (raw << 16) >> 16 : raw;
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    const integer = requireInteger(value, this.#scalar);
    target[offset + this.#a] = (integer >> 8) & 0xff;
    target[offset + this.#b] = integer & 0xff;
  }

  decodeColumn(
    source: Uint8Array,
    base: number,
    offsets: Uint32Array,
    rows: Uint32Array,
    into: ValueColumns,
    sourceAtMs: number,
  ): void {
    const a = base + this.#a;
    const b = base + this.#b;
    const unusedBits = this.#scalar === 'int16' ? 16 : 0;
    for (let i = 0; i < rows.length; i++) {
      const raw = (source[a + offsets[i]] << 8) | source[b + offsets[i]];
      into.setNumber(rows[i], (raw << unusedBits) >> unusedBits, sourceAtMs);
    }
  }
}

export class Integer32Codec implements ElementCodec {
  readonly byteLength = 4;
  readonly #scalar: 'int32' | 'uint32';
  readonly #positions: readonly number[];

  constructor(scalar: 'int32' | 'uint32', order: Order32) {
    this.#scalar = scalar;
    this.#positions = bytePositions(order);
  }

  decode(source: Uint8Array, offset: number): number {
    const raw = load32(source, offset, this.#positions);
    return this.#scalar === 'int32' ? raw | 0 : raw;
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    store32(requireInteger(value, this.#scalar), target, offset, this.#positions);
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
    const signed = this.#scalar === 'int32';
    for (let i = 0; i < rows.length; i++) {
      const at = base + offsets[i];
      const raw = (source[at + a] << 24) | (source[at + b] << 16) | (source[at + c] << 8) | source[at + d];
      into.setNumber(rows[i], signed ? raw : raw >>> 0, sourceAtMs);
    }
  }
}

export class Integer64Codec extends GenericObjectCodec {
  readonly byteLength = 8;
  readonly #scalar: 'int64' | 'uint64';
  readonly #positions: readonly number[];

  constructor(scalar: 'int64' | 'uint64', order: Order64) {
    super();
    this.#scalar = scalar;
    this.#positions = bytePositions(order);
  }

  decode(source: Uint8Array, offset: number): bigint {
    const raw = load64(source, offset, this.#positions);
    return this.#scalar === 'int64' ? BigInt.asIntN(64, raw) : raw;
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    store64(BigInt.asUintN(64, requireBigInteger(value, this.#scalar)), target, offset, this.#positions);
  }
}

export function load32(source: Uint8Array, offset: number, [a, b, c, d]: readonly number[]): number {
  const high = (source[offset + a] << 24) | (source[offset + b] << 16);
  return (high | (source[offset + c] << 8) | source[offset + d]) >>> 0;
}

export function store32(value: number, target: Uint8Array, offset: number, [a, b, c, d]: readonly number[]): void {
  target[offset + a] = value >>> 24;
  target[offset + b] = (value >>> 16) & 0xff;
  target[offset + c] = (value >>> 8) & 0xff;
  target[offset + d] = value & 0xff;
}

export function load64(source: Uint8Array, offset: number, positions: readonly number[]): bigint {
  const high = load32(source, offset, positions);
  const [, , , , e, f, g, h] = positions;
  const low =
    ((source[offset + e] << 24) | (source[offset + f] << 16) | (source[offset + g] << 8) | source[offset + h]) >>> 0;
  return (BigInt(high) << 32n) | BigInt(low);
}

export function store64(value: bigint, target: Uint8Array, offset: number, positions: readonly number[]): void {
  store32(Number(value >> 32n), target, offset, positions);
  store32(Number(value & 0xffff_ffffn), target, offset, positions.slice(4));
}
