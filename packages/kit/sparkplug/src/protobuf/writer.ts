const encoder = new TextEncoder();
const initialBytes = 1024;
/** Longer texts go through TextEncoder; below it a loop is quicker. */
const shortText = 40;

/** Wire types of the protocol buffers encoding. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/**
 * Writes protocol buffers by hand into one growing buffer. Tags of fields are written by the caller as bytes (field << 3 | wire type):
 * who reads the caller sees the message.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(initialBytes);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written after `length`. */
  rewind(length = 0): void {
    this.#length = length;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    this.#reserve(10);
    const bytes = this.#bytes;
    let at = this.#length;
    while (value > 0x7fff_ffff) {
      bytes[at++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    while (value > 0x7f) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.#length = at;
  }

  /** 64 bits given as two halves, each from 0 to 2^32 − 1. */
  varint64(low: number, high: number): void {
    this.#reserve(10);
    const bytes = this.#bytes;
    let at = this.#length;
    while (high !== 0) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    while (low > 0x7f) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low >>>= 7;
    }
    bytes[at++] = low;
    this.#length = at;
  }

  float(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** The bytes as they are, without a length before them. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    // A loop beats the call into the engine for the few bytes of a prefix.
    if (value.length < 64) {
      const bytes = this.#bytes;
      for (let i = 0, at = this.#length; i < value.length; i++) bytes[at++] = value[i];
    } else this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Length, then the bytes. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Length, then the text as UTF-8. */
  text(value: string): void {
    const start = this.begin();
    this.#reserve(value.length * 3);
    if (value.length > shortText || !this.#ascii(value)) {
      this.#length += encoder.encodeInto(value, this.#bytes.subarray(this.#length)).written;
    }
    this.end(start);
  }

  /** Begins a message within the message; its length is written by `end`. */
  begin(): number {
    this.byte(0);
    return this.#length;
  }

  /** `start` is what `begin` returned. A length of more than one byte moves the message to the right. */
  end(start: number): void {
    const length = this.#length - start;
    if (length < 0x80) {
      this.#bytes[start - 1] = length;
      return;
    }
    let extra = 0;
    for (let rest = length >>> 7; rest > 0; rest >>>= 7) extra++;
    this.#reserve(extra);
    this.#bytes.copyWithin(start + extra, start, this.#length);
    const end = this.#length + extra;
    this.#length = start - 1;
    this.varint(length);
    this.#length = end;
  }

  #ascii(value: string): boolean {
    const bytes = this.#bytes;
    const start = this.#length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[start + i] = code;
    }
    this.#length = start + value.length;
    return true;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
