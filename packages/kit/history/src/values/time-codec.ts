import { ByteReader } from '../bytes/byte-reader.js';
import { ByteWriter } from '../bytes/byte-writer.js';
import { blockDamaged } from '../block/block-damaged.js';

const even = 0;
const deltas = 1;
const raw = 2;

/** Source times: evenly spaced in 17 bytes, whole milliseconds as differences of differences, else as they are. */
export function encodeTimes(times: Float64Array): Uint8Array {
  const bytes = new ByteWriter();
  if (times.length > 0 && isEven(times)) {
    bytes.byte(even);
    bytes.float64(times[0]);
    bytes.float64(times.length > 1 ? times[1] - times[0] : 0);
  } else if (times.every((time) => Number.isSafeInteger(time) && Math.abs(time) < 2 ** 50)) {
    bytes.byte(deltas);
    writeDeltas(times, bytes);
  } else {
    bytes.byte(raw);
    bytes.bytes(new Uint8Array(times.buffer, times.byteOffset, times.byteLength));
  }
  return bytes.finish();
}

export function decodeTimes(bytes: Uint8Array, count: number): Float64Array {
  const reader = new ByteReader(bytes);
  const times = new Float64Array(count);
  switch (reader.byte()) {
    case even: {
      const first = reader.float64();
      const step = reader.float64();
      for (let i = 0; i < count; i += 1) times[i] = first + i * step;
      return times;
    }
    case deltas: {
      let time = 0;
      let delta = 0;
      for (let i = 0; i < count; i += 1) {
        delta += reader.signed();
        time += delta;
        times[i] = time;
      }
      return times;
    }
    case raw:
      new Uint8Array(times.buffer).set(reader.bytes(count * 8));
      return times;
    default:
      throw blockDamaged('its times are of an unknown form');
  }
}

function isEven(times: Float64Array): boolean {
  const step = times.length > 1 ? times[1] - times[0] : 0;
  return times.every((time, i) => Object.is(time, times[0] + i * step));
}

function writeDeltas(times: Float64Array, bytes: ByteWriter): void {
  let before = 0;
  let delta = 0;
  for (const time of times) {
    const next = time - before;
    bytes.signed(next - delta);
    before = time;
    delta = next;
  }
}
