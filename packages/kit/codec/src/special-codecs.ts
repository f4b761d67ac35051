import type { ScalarValue } from '@fieldwarden/core';
import { bytePositions, type Order16, type Order32, type Order64 } from './byte-order.js';
import { requireNumber, requireWhole } from './checks.js';
import { GenericNumberCodec } from './generic-codec.js';
import { load64, store64 } from './integer-codecs.js';

/** Binary coded decimal, four bits a digit: 4 digits in 16 bits, 8 digits in 32 bits. */
export class BcdCodec extends GenericNumberCodec {
  readonly byteLength: number;
  readonly #positions: readonly number[];

  constructor(order: Order16 | Order32) {
    super();
    this.#positions = bytePositions(order);
    this.byteLength = this.#positions.length;
  }

  decode(source: Uint8Array, offset: number): number | undefined {
    let value = 0;
    for (const position of this.#positions) {
      const byte = source[offset + position];
      if (byte >> 4 > 9 || (byte & 15) > 9) return undefined;
      value = value * 100 + (byte >> 4) * 10 + (byte & 15);
    }
    return value;
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    const digits = 2 * this.byteLength;
    let rest = requireWhole(value, `BCD of ${digits} digits`, 0, 10 ** digits - 1);
    for (const position of this.#positions.toReversed()) {
      const pair = rest % 100;
      target[offset + position] = (Math.floor(pair / 10) << 4) | (pair % 10);
      rest = Math.floor(rest / 100);
    }
  }
}

/** Seconds since 1970 UTC as uint32; the value is in milliseconds, as everywhere. Writing drops the milliseconds. */
export class UnixSecondsCodec extends GenericNumberCodec {
  readonly byteLength = 4;
  readonly #positions: readonly number[];

  constructor(order: Order32) {
    super();
    this.#positions = bytePositions(order);
  }

  decode(source: Uint8Array, offset: number): number {
    return this.#positions.reduce((sum, position) => sum * 256 + source[offset + position], 0) * 1000;
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    const seconds = Math.floor(requireNumber(value, 'datetime') / 1000);
    let rest = requireWhole(seconds, 'a time between 1970 and 2106', 0, 0xffff_ffff);
    for (const position of this.#positions.toReversed()) {
      target[offset + position] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
}

/** Milliseconds since 1970 UTC as a signed 64-bit integer. */
export class UnixMillisecondsCodec extends GenericNumberCodec {
  readonly byteLength = 8;
  readonly #positions: readonly number[];

  constructor(order: Order64) {
    super();
    this.#positions = bytePositions(order);
  }

  decode(source: Uint8Array, offset: number): number {
    return Number(BigInt.asIntN(64, load64(source, offset, this.#positions)));
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    const limit = 8.64e15;
    const ms = requireWhole(Math.trunc(requireNumber(value, 'datetime')), 'datetime', -limit, limit);
    store64(BigInt.asUintN(64, BigInt(ms)), target, offset, this.#positions);
  }
}
