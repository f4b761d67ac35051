import { GatewayError } from '@fieldwarden/core';
import { wireTypes } from './writer.js';

/** What one payload may make the reader do: a few bytes must not become much memory or a deep stack. */
export interface PayloadLimits {
  /** Messages within messages: templates in templates, property sets in property sets. */
  readonly maxDepth: number;
  /** Everything that is created on reading: metrics, properties, cells, elements of arrays. */
  readonly maxElements: number;
}

export const defaultPayloadLimits: PayloadLimits = { maxDepth: 32, maxElements: 1_000_000 };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const longestVarint = 10;

/**
 * Reads protocol buffers within bounds. A message is read up to an end that the caller holds; `enter` and `leave` keep it.
 * Throws kind `protocol` with the position for everything that is not the encoding.
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #limits: PayloadLimits;
  #position = 0;
  #end: number;
  #depth = 0;
  #elements = 0;
  /** Halves of the varint read last. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, limits: PayloadLimits) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
    this.#end = bytes.length;
  }

  /** True while the present message has more fields. */
  hasMore(): boolean {
    return this.#position < this.#end;
  }

  /** Field << 3 | wire type of the next field. */
  tag(): number {
    return this.uint32();
  }

  /** The low 32 bits; longer varints are cut, as the encoding rules (negative numbers come as 10 bytes). */
  uint32(): number {
    const bytes = this.#bytes;
    const first = bytes[this.#position];
    if (first < 0x80 && this.#position < this.#end) {
      this.#position++;
      return first;
    }
    this.#varint();
    return this.#low;
  }

  /** A number where it is exact, else a bigint. */
  uint64(): number | bigint {
    this.#varint();
    return this.#high < 0x20_0000
      ? this.#high * 0x1_0000_0000 + this.#low
      : (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  /** 64 bits as signed milliseconds; beyond 2^53 it loses digits. */
  time(): number {
    this.#varint();
    return (this.#high | 0) * 0x1_0000_0000 + this.#low;
  }

  boolean(): boolean {
    this.#varint();
    return this.#low !== 0 || this.#high !== 0;
  }

  float(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** A copy: what was read may outlive the packet. */
  bytes(): Uint8Array {
    const length = this.uint32();
    const start = this.#advance(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  text(): string {
    const length = this.uint32();
    const start = this.#advance(length);
    const bytes = this.#bytes;
    for (let i = start; i < start + length; i++) {
      if (bytes[i] > 0x7f) return this.#utf8(start, start + length);
    }
    return this.#bytes.toString('latin1', start, start + length);
  }

  /** Begins the message whose length stands next; returns the end to give back to `leave`. */
  enter(): number {
    const length = this.uint32();
    if (length > this.#end - this.#position) throw this.#truncated();
    if (++this.#depth > this.#limits.maxDepth) {
      throw this.#error('SPARKPLUG_TOO_DEEP', `more than ${this.#limits.maxDepth} messages within each other`);
    }
    const outer = this.#end;
    this.#end = this.#position + length;
    return outer;
  }

  leave(outer: number): void {
    this.#end = outer;
    this.#depth--;
  }

  /** Counts what is about to be created. */
  spend(elements: number): void {
    this.#elements += elements;
    if (this.#elements <= this.#limits.maxElements) return;
    throw this.#error('SPARKPLUG_TOO_LARGE', `more than ${this.#limits.maxElements} metrics, cells and elements`);
  }

  /** Passes over a field that nobody here knows, or one of another wire type than the specification says. */
  skip(tag: number): void {
    switch (tag & 7) {
      case wireTypes.varint:
        this.#varint();
        return;
      case wireTypes.fixed64:
        this.#advance(8);
        return;
      case wireTypes.bytes:
        this.#advance(this.uint32());
        return;
      case wireTypes.fixed32:
        this.#advance(4);
        return;
      case wireTypes.startGroup:
        this.#skipGroup(tag >>> 3);
        return;
      default:
        throw this.#error('SPARKPLUG_MALFORMED', `wire type ${tag & 7} of field ${tag >>> 3}`);
    }
  }

  /** Groups are out of use, yet part of the encoding. Their members are passed over in a loop, so that no depth costs stack. */
  #skipGroup(field: number): void {
    const open = [field];
    while (open.length > 0) {
      const tag = this.tag();
      if ((tag & 7) === wireTypes.startGroup) {
        if (open.push(tag >>> 3) > this.#limits.maxDepth) {
          throw this.#error('SPARKPLUG_TOO_DEEP', `more than ${this.#limits.maxDepth} groups within each other`);
        }
      } else if ((tag & 7) !== wireTypes.endGroup) this.skip(tag);
      else if (open.pop() !== tag >>> 3)
        throw this.#error('SPARKPLUG_MALFORMED', `group ${tag >>> 3} ends and never began`);
    }
  }

  #varint(): void {
    const bytes = this.#bytes;
    let low = 0;
    let high = 0;
    for (let i = 0; i < longestVarint; i++) {
      if (this.#position >= this.#end) throw this.#truncated();
      const byte = bytes[this.#position++];
      const part = byte & 0x7f;
      if (i < 4) low |= part << (7 * i);
      else if (i === 4) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (7 * i - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw this.#error('SPARKPLUG_MALFORMED', `a number of more than ${longestVarint} bytes`);
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length > this.#end - start) throw this.#truncated();
    this.#position = start + length;
    return start;
  }

  #utf8(start: number, end: number): string {
    try {
      return decoder.decode(this.#bytes.subarray(start, end));
    } catch (error) {
      throw this.#error('SPARKPLUG_MALFORMED', 'a text that is no UTF-8', error);
    }
  }

  #truncated(): GatewayError {
    return this.#error('SPARKPLUG_TRUNCATED', 'it ends in the middle of a field');
  }

  #error(code: string, what: string, cause?: unknown): GatewayError {
    const message = `No Sparkplug payload: ${what}, at byte ${this.#position} of ${this.#bytes.length}`;
    return new GatewayError({ code, kind: 'protocol', message, cause });
  }
}
