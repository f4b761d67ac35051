import { isGatewayError, statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResultFrames, updateFrames } from './batch-frames.js';
import { copyColumns, copyRows, encodeReadResult, encodeUpdate, readColumnsHeader } from './columns-codec.js';
import { frameHeaderBytes, maxFrameBytes } from './frames.js';

const scalar = fc.oneof(fc.string(), fc.bigInt(), fc.uint8Array({ maxLength: 8 }), fc.double(), fc.boolean());
const object: fc.Arbitrary<TagValue> = fc.oneof(
  fc.string(),
  fc.bigInt(),
  fc.uint8Array({ maxLength: 8 }),
  fc.array(scalar),
);
interface Row {
  readonly value: number;
  readonly status: number;
  readonly time: number;
  readonly object: TagValue | undefined;
}

const row: fc.Arbitrary<Row> = fc.record({
  value: fc.double(),
  status: fc.constantFrom(
    statusCodes.Good,
    statusCodes.Good,
    statusCodes.BadTimeout,
    statusCodes.UncertainLastUsableValue,
  ),
  time: fc.constantFrom(0, 1_900_000_000_000, 1_900_000_000_001),
  object: fc.option(object, { nil: undefined, freq: 4 }),
});

function columnsOf(rows: readonly Row[]): ValueColumns {
  const columns = new ValueColumns(rows.length);
  rows.forEach(({ value, status, time, object: held }, index) => {
    if (held === undefined) columns.setNumber(index, value, time);
    else columns.setObject(index, held, time);
    columns.statuses[index] = status;
  });
  return columns;
}

const payloadOf = (frame: Uint8Array): Uint8Array => frame.subarray(frameHeaderBytes);

/** Everything observable of a batch, with NaN and -0 kept apart. */
function observed(columns: ValueColumns): unknown {
  const { values, statuses, sourceTimes, objects } = columns;
  const inOrder = [...(objects ?? [])].sort(([a], [b]) => a - b);
  return { values: [...values], statuses: [...statuses], times: [...sourceTimes], objects: inOrder };
}

function refusal(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return isGatewayError(error) ? error.kind : error;
  }
  return undefined;
}

describe('the columnar layout (§4.1)', () => {
  it('carries any read result unchanged, NaN, -0, bigint and bytes included', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const sent = columnsOf(rows);
        const received = new ValueColumns(rows.length);
        const payload = payloadOf(encodeReadResult({ id: 7, columns: sent, from: 0, to: rows.length }, true));
        const header = readColumnsHeader(payload);
        copyColumns(header, payload, received);
        expect(header).toMatchObject({ id: 7, last: true });
        expect(observed(received)).toEqual(observed(sent));
      }),
    );
  });

  it('does not care how the payload lies in memory', () => {
    const sent = columnsOf([{ value: 1.5, status: 0, time: 5, object: undefined }]);
    const payload = payloadOf(encodeReadResult({ id: 1, columns: sent, from: 0, to: 1 }, true));
    const shifted = new Uint8Array(payload.length + 3).subarray(3);
    shifted.set(payload);
    const received = new ValueColumns(1);
    copyColumns(readColumnsHeader(shifted), shifted, received);
    expect(received.values[0]).toBe(1.5);
  });

  it('sends neither statuses nor times when all are Good and of one moment', () => {
    const uniform = columnsOf(Array.from({ length: 100 }, () => ({ value: 1, status: 0, time: 9, object: undefined })));
    const mixed = columnsOf(
      Array.from({ length: 100 }, (_, time) => ({ value: 1, status: time, time, object: undefined })),
    );
    const size = (columns: ValueColumns): number => encodeReadResult({ id: 1, columns, from: 0, to: 100 }, true).length;
    expect(size(mixed) - size(uniform)).toBe(100 * (8 + 4));
  });

  it('carries updates with the rows they belong to', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.nat(1000), (rows, shift) => {
        const sent = columnsOf(rows);
        const numbers = Uint32Array.from(rows, (_, index) => index + shift);
        const payload = payloadOf(encodeUpdate({ id: 3, columns: sent, from: 0, to: rows.length }, numbers));
        const header = readColumnsHeader(payload);
        const received = new Uint32Array(rows.length);
        copyRows(header, payload, received, rows.length + shift);
        expect([...received]).toEqual([...numbers]);
      }),
    );
  });

  it('refuses a row that the subscription does not have', () => {
    const payload = payloadOf(
      encodeUpdate({ id: 3, columns: new ValueColumns(1), from: 0, to: 1 }, Uint32Array.of(10)),
    );
    expect(refusal(() => copyRows(readColumnsHeader(payload), payload, new Uint32Array(1), 10))).toBe('protocol');
  });

  it('refuses more rows than the plan has points', () => {
    const payload = payloadOf(encodeReadResult({ id: 1, columns: new ValueColumns(3), from: 0, to: 3 }, true));
    expect(refusal(() => copyColumns(readColumnsHeader(payload), payload, new ValueColumns(2)))).toBe('protocol');
  });

  it('answers any damage to a payload with a protocol error or with values, never with another error', () => {
    const damaged = fc.record({
      rows: fc.array(row, { minLength: 1, maxLength: 5 }),
      at: fc.nat(400),
      byte: fc.nat(255),
      cut: fc.nat(400),
    });
    fc.assert(
      fc.property(damaged, ({ rows, at, byte, cut }) => {
        const whole = payloadOf(encodeReadResult({ id: 1, columns: columnsOf(rows), from: 0, to: rows.length }, true));
        const payload = whole.slice(0, Math.max(1, whole.length - (cut % whole.length)));
        payload[at % payload.length] = byte;
        const outcome = refusal(() => copyColumns(readColumnsHeader(payload), payload, new ValueColumns(rows.length)));
        expect([undefined, 'protocol']).toContain(outcome);
      }),
      { numRuns: 500 },
    );
  });
});

describe('batches too large for one frame', () => {
  it('go in parts of which only the last settles the call', () => {
    const columns = new ValueColumns(3);
    for (let index = 0; index < 3; index += 1) columns.setObject(index, String(index).repeat(3_000_000), 5);
    const headers = readResultFrames(1, columns).map((frame) => readColumnsHeader(payloadOf(frame)));
    expect(headers.map(({ firstRow, length, last }) => [firstRow, length, last])).toEqual([
      [0, 1, false],
      [1, 2, true],
    ]);
  });

  it('turn a single value that fits no frame Bad and still carry its neighbours', () => {
    const columns = new ValueColumns(2);
    columns.setObject(0, 'x'.repeat(maxFrameBytes), 5);
    columns.setNumber(1, 42, 5);
    const received = new ValueColumns(2);
    for (const frame of updateFrames(1, columns, Uint32Array.of(0, 1), 0, 2)) {
      const header = readColumnsHeader(payloadOf(frame));
      const rows = new Uint32Array(1);
      copyRows(header, payloadOf(frame), rows, 2);
      const part = new ValueColumns(1);
      copyColumns(header, payloadOf(frame), part);
      received.values[rows[0]] = part.values[0];
      received.statuses[rows[0]] = part.statuses[0];
    }
    expect([...received.statuses]).toEqual([statusCodes.BadEncodingLimitsExceeded, statusCodes.Good]);
    expect(received.values[1]).toBe(42);
  });
});
