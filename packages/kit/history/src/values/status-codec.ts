import { ByteReader } from '../bytes/byte-reader.js';
import { ByteWriter } from '../bytes/byte-writer.js';
import { blockDamaged } from '../block/block-damaged.js';

/** Statuses as runs of one code: most blocks are one run. */
export function encodeStatuses(statuses: Uint32Array): Uint8Array {
  const bytes = new ByteWriter();
  for (let from = 0; from < statuses.length;) {
    let to = from + 1;
    while (to < statuses.length && statuses[to] === statuses[from]) to += 1;
    bytes.varint(to - from);
    bytes.varint(statuses[from]);
    from = to;
  }
  return bytes.finish();
}

export function decodeStatuses(bytes: Uint8Array, count: number): Uint32Array {
  const reader = new ByteReader(bytes);
  const statuses = new Uint32Array(count);
  for (let from = 0; from < count;) {
    const length = reader.varint();
    const status = reader.varint();
    if (length === 0 || length > count - from || status > 0xffff_ffff) throw blockDamaged('its statuses do not fit');
    statuses.fill(status, from, from + length);
    from += length;
  }
  return statuses;
}
