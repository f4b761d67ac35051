import { ProtobufWriter } from '../protobuf/writer.js';
import { writeTime } from './encode-value.js';

/** Time of sending, metrics, seq: `metrics` writes what `writeMetric` writes. A payload without seq is an NDEATH, or a command. */
export function encodePayload(
  timestampMs: number,
  metrics: (writer: ProtobufWriter) => void,
  seq: number | undefined,
): Uint8Array {
  const writer = sharedWriter;
  writer.rewind();
  writer.byte(0x08);
  writeTime(writer, timestampMs);
  metrics(writer);
  if (seq !== undefined) {
    writer.byte(0x18);
    writer.varint(seq);
  }
  return writer.toBytes();
}

/** One payload is written at a time. */
const sharedWriter = new ProtobufWriter();
