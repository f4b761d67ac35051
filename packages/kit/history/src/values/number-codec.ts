import { ByteReader } from '../bytes/byte-reader.js';
import { ByteWriter } from '../bytes/byte-writer.js';
import { blockDamaged } from '../block/block-damaged.js';

const constant = 0;
const scaled = 1;
const float32Planes = 2;
const float64Planes = 3;

/** Decimals that a PLC's values usually have: 12.3 is 123 at scale 10. */
const scales = [1, 10, 100, 1_000] as const;

/**
 * Numbers, bit by bit as they were. Measured on values of PLCs: values with few decimals are small integers at a scale, whose differences
 * take a byte or two; others keep their bytes apart by place, each over the one before, which a compressor likes. The smaller is kept.
 */
export function encodeNumbers(numbers: Float64Array): Uint8Array {
  const bytes = new ByteWriter();
  if (numbers.every((value) => Object.is(value, numbers[0]))) {
    bytes.byte(constant);
    bytes.float64(numbers.length > 0 ? numbers[0] : 0);
    return bytes.finish();
  }
  const planes = encodePlanes(numbers);
  const integers = encodeScaled(numbers);
  return integers && integers.length <= planes.length ? integers : planes;
}

export function decodeNumbers(bytes: Uint8Array, count: number): Float64Array {
  const reader = new ByteReader(bytes);
  switch (reader.byte()) {
    case constant:
      return new Float64Array(count).fill(reader.float64());
    case scaled:
      return decodeScaled(reader, count);
    case float32Planes: {
      const words = decodePlanes(reader, count, 4);
      return Float64Array.from(new Float32Array(words.buffer));
    }
    case float64Planes:
      return new Float64Array(decodePlanes(reader, count, 8).buffer);
    default:
      throw blockDamaged('its values are of an unknown form');
  }
}

/** Undefined where no scale makes integers of all values that give them back exactly. */
function encodeScaled(numbers: Float64Array): Uint8Array | undefined {
  const isFloat32 = numbers.every(isSingle);
  const index = scales.findIndex((scale) => numbers.every((value) => fits(value, scale, isFloat32)));
  if (index < 0) return undefined;
  const bytes = new ByteWriter();
  bytes.byte(scaled);
  bytes.byte(index | (isFloat32 ? 0x80 : 0));
  let before = 0;
  for (let from = 0; from < numbers.length;) {
    const value = Math.round(numbers[from] * scales[index]);
    let same = from + 1;
    while (same < numbers.length && numbers[same] === numbers[from]) same += 1;
    // A difference of zero is followed by how many there are: values that stand still cost nothing.
    bytes.signed(value - before);
    if (value === before) {
      bytes.varint(same - from - 1);
      from = same;
    } else from += 1;
    before = value;
  }
  return bytes.finish();
}

function decodeScaled(reader: ByteReader, count: number): Float64Array {
  const form = reader.byte();
  const scale = (scales as readonly number[])[form & 0x7f];
  if (scale === undefined) throw blockDamaged('its values have an unknown scale');
  const isFloat32 = (form & 0x80) !== 0;
  const numbers = new Float64Array(count);
  let value = 0;
  for (let i = 0; i < count;) {
    const difference = reader.signed();
    value += difference;
    const shown = isFloat32 ? Math.fround(value / scale) : value / scale;
    if (difference !== 0) {
      numbers[i] = shown;
      i += 1;
      continue;
    }
    const times = reader.varint() + 1;
    if (times > count - i) throw blockDamaged('it has more values than it says');
    numbers.fill(shown, i, i + times);
    i += times;
  }
  return numbers;
}

/** Differences of values within these bounds are safe integers. */
const largest = 2 ** 51;

/** An integer has no −0. */
function fits(value: number, scale: number, isFloat32: boolean): boolean {
  if (Object.is(value, -0)) return false;
  const integer = Math.round(value * scale);
  if (!(Math.abs(integer) < largest)) return false;
  return Object.is(isFloat32 ? Math.fround(integer / scale) : integer / scale, value);
}

const isSingle = (value: number): boolean => Object.is(Math.fround(value), value);

function encodePlanes(numbers: Float64Array): Uint8Array {
  const isFloat32 = numbers.every(isSingle);
  const width = isFloat32 ? 4 : 8;
  const typed = isFloat32 ? Float32Array.from(numbers) : Float64Array.from(numbers);
  const source = new Uint8Array(typed.buffer);
  const planes = new Uint8Array(source.length + 1);
  planes[0] = isFloat32 ? float32Planes : float64Planes;
  const count = numbers.length;
  for (let place = 0; place < width; place += 1) {
    let before = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = source[i * width + place];
      planes[1 + place * count + i] = byte ^ before;
      before = byte;
    }
  }
  return planes;
}

function decodePlanes(reader: ByteReader, count: number, width: number): Uint8Array {
  const planes = reader.bytes(count * width);
  const bytes = new Uint8Array(count * width);
  for (let place = 0; place < width; place += 1) {
    let before = 0;
    for (let i = 0; i < count; i += 1) {
      before ^= planes[place * count + i];
      bytes[i * width + place] = before;
    }
  }
  return bytes;
}
