import { GatewayError, isGatewayError, statusCodes } from '@fieldwarden/core';
import { maxHistoryRows } from '@fieldwarden/driver';
import { encodeControl } from './control-codec.js';
import type { HistoryRow } from '../messages.js';

/** All rows of one answer together: what a page may cost each of the two processes. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Texts in an event that fits no frame. */
const maxTextLength = 1_024;

/**
 * Rows of a history read as frames; more than one only when values are so large that one can't hold them. Throws kind `bug` for more
 * rows than anybody may ask for, kind `unsupported` for an answer that takes too much memory.
 */
export function historyFrames(call: number, rows: readonly HistoryRow[]): Uint8Array[] {
  if (rows.length > maxHistoryRows) throw tooManyRows(rows.length);
  const frames: Uint8Array[] = [];
  let bytes = 0;
  for (const frame of rows.length > 0 ? inParts(call, rows) : []) {
    bytes += frame.length;
    if (bytes > maxAnswerBytes) throw tooLarge();
    frames.push(frame);
  }
  return frames;
}

/** Halves until each part fits. A single row that fits no frame loses its value, so that its neighbours still arrive. */
function* inParts(call: number, rows: readonly HistoryRow[]): Generator<Uint8Array> {
  const frame = encoded(call, rows);
  if (frame) {
    yield frame;
  } else if (rows.length === 1) {
    yield encodeControl({ type: 'rows', call, rows: [withoutBulk(rows[0])] });
  } else {
    const middle = rows.length >>> 1;
    yield* inParts(call, rows.slice(0, middle));
    yield* inParts(call, rows.slice(middle));
  }
}

/** Undefined: too large. */
function encoded(call: number, rows: readonly HistoryRow[]): Uint8Array | undefined {
  try {
    return encodeControl({ type: 'rows', call, rows });
  } catch (error) {
    if (isGatewayError(error) && error.code === 'CHANNEL_MESSAGE_TOO_LARGE') return undefined;
    throw error;
  }
}

function withoutBulk(row: HistoryRow): HistoryRow {
  if ('status' in row)
    return { value: null, status: statusCodes.BadEncodingLimitsExceeded, sourceAtMs: row.sourceAtMs };
  const short = (text: string): string => text.slice(0, maxTextLength);
  const { severity, atMs } = row;
  return {
    severity,
    atMs,
    eventId: short(row.eventId),
    type: short(row.type),
    source: short(row.source),
    message: short(row.message),
  };
}

function tooManyRows(count: number): GatewayError {
  return new GatewayError({
    code: 'HISTORY_TOO_MANY_ROWS',
    kind: 'bug',
    message: `the driver answered with ${count} rows; a page has at most ${maxHistoryRows}`,
  });
}

function tooLarge(): GatewayError {
  return new GatewayError({
    code: 'HISTORY_TOO_LARGE',
    kind: 'unsupported',
    status: statusCodes.BadEncodingLimitsExceeded,
    message: `the answer takes more than ${maxAnswerBytes} bytes; ask for fewer rows at a time`,
  });
}
