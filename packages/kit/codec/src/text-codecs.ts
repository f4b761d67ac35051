import type { ScalarValue } from '@fieldwarden/core';
import { mismatch, outOfRange } from './checks.js';
import { GenericObjectCodec } from './generic-codec.js';
import { paddingCharacter, requireUnpadded, withoutPadding, type TextPadding } from './text-padding.js';

/**
 * How characters lie in 16-bit words: two in a word with the first in the high byte (`H`) or in the low byte (`L`), or one in
 * a word, in its high (`H1`) or low byte (`L1`). `H` is also the plain order of byte-addressed memories.
 */
export const textLayouts = ['H', 'L', 'H1', 'L1'] as const;

export type TextLayout = (typeof textLayouts)[number];

const positionOf: Readonly<Record<TextLayout, (index: number) => number>> = {
  H: (index) => index,
  L: (index) => index ^ 1,
  H1: (index) => 2 * index,
  L1: (index) => 2 * index + 1,
};

/** Bytes that `length` characters take, whole words. */
export function textByteLength(length: number, layout: TextLayout): number {
  return layout === 'H1' || layout === 'L1' ? 2 * length : 2 * Math.ceil(length / 2);
}

abstract class CharacterCodec extends GenericObjectCodec {
  readonly byteLength: number;
  protected readonly length: number;
  readonly #positions: Uint16Array;

  constructor(length: number, layout: TextLayout) {
    super();
    this.length = length;
    this.byteLength = textByteLength(length, layout);
    this.#positions = Uint16Array.from({ length }, (_, index) => positionOf[layout](index));
  }

  protected gather(source: Uint8Array, offset: number): Uint8Array {
    const bytes = new Uint8Array(this.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = source[offset + this.#positions[i]];
    return bytes;
  }

  protected scatter(bytes: Uint8Array, target: Uint8Array, offset: number): void {
    target.fill(0, offset, offset + this.byteLength);
    for (let i = 0; i < bytes.length; i++) target[offset + this.#positions[i]] = bytes[i];
  }
}

/**
 * Latin-1, one byte a character, ended by the first NUL, by padding up to the length, or by the length. Latin-1 because every byte then
 * survives a round trip.
 */
export class StringCodec extends CharacterCodec {
  readonly #padding: string;

  constructor(length: number, layout: TextLayout, padding: TextPadding) {
    super(length, layout);
    this.#padding = paddingCharacter(padding);
  }

  decode(source: Uint8Array, offset: number): string {
    return withoutPadding(Buffer.from(this.gather(source, offset).buffer).toString('latin1'), this.#padding);
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    if (typeof value !== 'string') throw mismatch(value, 'string');
    if (value.length > this.length) throw outOfRange(JSON.stringify(value), `a string of ${this.length} characters`);
    if (!isLatin1(value)) throw outOfRange(JSON.stringify(value), 'characters of one byte (Latin-1)');
    requireUnpadded(value, this.#padding);
    this.scatter(Buffer.from(value.padEnd(this.length, this.#padding), 'latin1'), target, offset);
  }
}

/** A fixed number of raw bytes. */
export class BytesCodec extends CharacterCodec {
  decode(source: Uint8Array, offset: number): Uint8Array {
    return this.gather(source, offset);
  }

  encode(value: ScalarValue, target: Uint8Array, offset: number): void {
    if (!(value instanceof Uint8Array)) throw mismatch(value, 'bytes');
    if (value.length !== this.length) throw outOfRange(`${value.length} bytes`, `bytes of length ${this.length}`);
    this.scatter(value, target, offset);
  }
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}
