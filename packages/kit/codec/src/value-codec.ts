import { statusCodes, type DataType, type ScalarValue, type TagValue, type ValueColumns } from '@fieldwarden/core';
import { bigEndian, type ByteOrders } from './byte-order.js';
import { mismatch, outOfRange } from './checks.js';
import type { ElementCodec, ValueCodec } from './codec.js';
import { Float32Codec, Float64Codec } from './float-codecs.js';
import {
  ByteIntegerCodec,
  Integer16Codec,
  Integer32Codec,
  Integer64Codec,
  WordBooleanCodec,
  WordByteCodec,
} from './integer-codecs.js';
import { BcdCodec, UnixMillisecondsCodec, UnixSecondsCodec } from './special-codecs.js';
import { BytesCodec, StringCodec, type TextLayout } from './text-codecs.js';
import type { TextPadding } from './text-padding.js';

/** What the data type alone does not say about the bytes. */
export interface Encoding {
  readonly orders?: ByteOrders;
  /** int8 and uint8: a byte of their own (1, default) or the low byte of a 16-bit word (2). */
  readonly int8Width?: 1 | 2;
  /** string and bytes: characters or bytes of one element. Needed for these two. */
  readonly textLength?: number;
  /** string and bytes. Default `H`. */
  readonly textLayout?: TextLayout;
  /** string: what fills it behind its end. Default `nul`. */
  readonly textPadding?: TextPadding;
  /** uint16, uint32: binary coded decimal. */
  readonly bcd?: boolean;
  /** datetime: uint32 seconds (default) or int64 milliseconds since 1970 UTC. */
  readonly datetime?: 'unix-seconds' | 'unix-milliseconds';
}

const cache = new Map<string, ValueCodec>();

/**
 * The codec of a data type in an encoding. The same arguments give the same object, so that values of one kind can be
 * grouped. `bool` is a whole 16-bit word here; single bits have codecs of their own.
 */
export function valueCodec(type: DataType, encoding: Encoding = {}): ValueCodec {
  const key = JSON.stringify([type.scalar, type.arrayLength, encoding.orders, encoding.int8Width, encoding.textLength,
    encoding.textLayout, encoding.textPadding, encoding.bcd, encoding.datetime]); // prettier-ignore
  let codec = cache.get(key);
  if (codec === undefined) {
    const element = elementCodec(type, encoding);
    codec = type.arrayLength === undefined ? element : new ArrayCodec(element, type.arrayLength);
    if (cache.size >= maxCachedCodecs) cache.clear();
    cache.set(key, codec);
  }
  return codec;
}

/** More kinds than any plant has; the cap only keeps the table from growing with a stream of odd lengths. */
const maxCachedCodecs = 4096;

function elementCodec({ scalar }: DataType, encoding: Encoding): ElementCodec {
  const { order16, order32, order64 } = encoding.orders ?? bigEndian;
  switch (scalar) {
    case 'bool':
      return new WordBooleanCodec(order16);
    case 'int8':
    case 'uint8':
      return encoding.int8Width === 2 ? new WordByteCodec(scalar, order16) : new ByteIntegerCodec(scalar);
    case 'int16':
      return new Integer16Codec(scalar, order16);
    case 'uint16':
      return encoding.bcd ? new BcdCodec(order16) : new Integer16Codec(scalar, order16);
    case 'int32':
      return new Integer32Codec(scalar, order32);
    case 'uint32':
      return encoding.bcd ? new BcdCodec(order32) : new Integer32Codec(scalar, order32);
    case 'int64':
    case 'uint64':
      return new Integer64Codec(scalar, order64);
    case 'float32':
      return new Float32Codec(order32);
    case 'float64':
      return new Float64Codec(order64);
    case 'string':
      return new StringCodec(
        requireLength(encoding, scalar),
        encoding.textLayout ?? 'H',
        encoding.textPadding ?? 'nul',
      );
    case 'bytes':
      return new BytesCodec(requireLength(encoding, scalar), encoding.textLayout ?? 'H');
    case 'datetime':
      return encoding.datetime === 'unix-milliseconds'
        ? new UnixMillisecondsCodec(order64)
        : new UnixSecondsCodec(order32);
  }
}

function requireLength({ textLength }: Encoding, scalar: string): number {
  if (textLength === undefined || textLength < 1) throw mismatch(textLength, `the length of ${scalar}`);
  return textLength;
}

class ArrayCodec implements ValueCodec {
  readonly byteLength: number;
  readonly #element: ElementCodec;
  readonly #length: number;

  constructor(element: ElementCodec, length: number) {
    this.#element = element;
    this.#length = length;
    this.byteLength = element.byteLength * length;
  }

  decode(source: Uint8Array, offset: number): TagValue | undefined {
    const elements: ScalarValue[] = [];
    for (let i = 0; i < this.#length; i++) {
      const element = this.#element.decode(source, offset + i * this.#element.byteLength);
      if (element === undefined) return undefined;
      elements.push(element);
    }
    return elements;
  }

  encode(value: TagValue, target: Uint8Array, offset: number): void {
    if (!Array.isArray(value)) throw mismatch(value, 'array');
    if (value.length !== this.#length) throw outOfRange(`${value.length} elements`, `an array of ${this.#length}`);
    (value as readonly ScalarValue[]).forEach((element, i) =>
      this.#element.encode(element, target, offset + i * this.#element.byteLength),
    );
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
      const value = this.decode(source, base + offsets[i]);
      if (value === undefined) into.setBad(rows[i], statusCodes.BadDecodingError, sourceAtMs);
      else into.setObject(rows[i], value, sourceAtMs);
    }
  }
}
