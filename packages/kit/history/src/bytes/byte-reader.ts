import { blockDamaged } from '../block/block-damaged.js';

/** Reads what a ByteWriter wrote. Never beyond the end: throws `HISTORY_BLOCK_DAMAGED` instead. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    this.#need(1);
    return this.#bytes[this.#at++];
  }

  varint(): number {
    // Most are small: one byte, or two.
    const bytes = this.#bytes;
    const at = this.#at;
    if (at + 1 < bytes.length) {
      const low = bytes[at];
      const high = bytes[at + 1];
      if (low < 0x80 || high < 0x80) {
        this.#at = low < 0x80 ? at + 1 : at + 2;
        return low < 0x80 ? low : (low & 0x7f) | (high << 7);
      }
    }
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 8; i += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (Number.isSafeInteger(value)) return value;
        break;
      }
      factor *= 0x80;
    }
    throw blockDamaged('an integer is too long');
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bigVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 80n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw blockDamaged('an integer is too long');
  }

  bigSigned(): bigint {
    const value = this.bigVarint();
    return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
  }

  uint32(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  float64(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** A view, no copy. */
  bytes(length: number): Uint8Array {
    this.#need(length);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  section(): Uint8Array {
    return this.bytes(this.varint());
  }

  rest(): Uint8Array {
    return this.bytes(this.left);
  }

  #need(length: number): void {
    if (length > this.left) throw blockDamaged('it ends too early');
  }
}
