import { isGatewayError, statusCodes, type ValueColumns } from '@fieldwarden/core';
import { encodeReadResult, encodeUpdate } from './columns-codec.js';

type EncodeRange = (from: number, to: number) => Uint8Array;

/** All rows of a read as frames; more than one only when strings, bytes or arrays are so large that one frame can't hold them. */
export function readResultFrames(call: number, columns: ValueColumns): Uint8Array[] {
  const encode: EncodeRange = (from, to) => encodeReadResult({ id: call, columns, from, to }, to === columns.length);
  return inParts(encode, columns, 0, columns.length);
}

/** Rows `from`…`to` of an update as frames; index i is point `rows[i]`. */
export function updateFrames(
  subscription: number,
  columns: ValueColumns,
  rows: Uint32Array,
  from: number,
  to: number,
): Uint8Array[] {
  return inParts(
    (first, end) => encodeUpdate({ id: subscription, columns, from: first, to: end }, rows),
    columns,
    from,
    to,
  );
}

/** Halves until each part fits. A single value that fits no frame becomes Bad, so that its neighbours still arrive. */
function inParts(encode: EncodeRange, columns: ValueColumns, from: number, to: number): Uint8Array[] {
  try {
    return [encode(from, to)];
  } catch (error) {
    if (!isGatewayError(error) || error.code !== 'CHANNEL_MESSAGE_TOO_LARGE') throw error;
  }
  if (to - from === 1) {
    columns.objects?.delete(from);
    columns.setBad(from, statusCodes.BadEncodingLimitsExceeded, columns.sourceTimes[from]);
    return [encode(from, to)];
  }
  const middle = (from + to) >>> 1;
  return [...inParts(encode, columns, from, middle), ...inParts(encode, columns, middle, to)];
}
