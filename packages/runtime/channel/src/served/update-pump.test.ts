import { GatewayError, ValueColumns } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyColumns, copyRows, readColumnsHeader } from '../wire/columns-codec.js';
import { frameHeaderBytes } from '../wire/frames.js';
import { UpdatePump, type PumpPort } from './update-pump.js';

class RecordingPort implements PumpPort {
  readonly latest = new Map<number, number>();
  frames = 0;
  failures = 0;
  conflatedValues = 0;
  isWritable = true;

  writable = (): boolean => this.isWritable;
  pushed = (): void => undefined;
  sendFailure = (): void => void (this.failures += 1);
  conflated = (values: number): void => void (this.conflatedValues += values);

  sendFrame(frame: Uint8Array): void {
    this.frames += 1;
    const payload = frame.subarray(frameHeaderBytes);
    const header = readColumnsHeader(payload);
    const rows = new Uint32Array(header.length);
    const columns = new ValueColumns(header.length);
    copyRows(header, payload, rows, 1_000_000);
    copyColumns(header, payload, columns);
    rows.forEach((row, index) => this.latest.set(row, columns.values[index]));
  }
}

const points = 8;

function batch(changes: readonly (readonly [row: number, value: number])[]): Parameters<UpdatePump['push']>[0] {
  const columns = new ValueColumns(changes.length);
  changes.forEach(([, value], index) => columns.setNumber(index, value, 1));
  return { length: changes.length, rows: Uint32Array.from(changes, ([row]) => row), columns };
}

describe('UpdatePump (§4.1)', () => {
  it('sends at once while it has credits', () => {
    const port = new RecordingPort();
    const pump = new UpdatePump(port, 1, points, 2);
    pump.push(batch([[0, 1]]));
    pump.push(batch([[0, 2]]));
    expect(port.frames).toBe(2);
  });

  it('keeps only the newest value of each point without credit, and counts the rest', () => {
    const port = new RecordingPort();
    const pump = new UpdatePump(port, 1, points, 0);
    for (let value = 1; value <= 100; value += 1)
      pump.push(
        batch([
          [3, value],
          [4, -value],
        ]),
      );
    expect(port.frames).toBe(0);
    pump.addCredits(1);
    expect(port.frames).toBe(1);
    expect([...port.latest]).toEqual([
      [3, 100],
      [4, -100],
    ]);
    expect(port.conflatedValues).toBe(198);
  });

  it('waits while the transport is full, as without credit', () => {
    const port = new RecordingPort();
    const pump = new UpdatePump(port, 1, points, 5);
    port.isWritable = false;
    pump.push(batch([[0, 1]]));
    expect(port.frames).toBe(0);
    port.isWritable = true;
    pump.resume();
    expect(port.latest.get(0)).toBe(1);
  });

  it('never lets a newer value overtake one that waits', () => {
    const port = new RecordingPort();
    const pump = new UpdatePump(port, 1, points, 5);
    port.isWritable = false;
    pump.push(batch([[0, 1]]));
    port.isWritable = true;
    pump.push(batch([[0, 2]]));
    pump.resume();
    expect(port.latest.get(0)).toBe(2);
  });

  it('does not send a value from before a failure after it', () => {
    const port = new RecordingPort();
    const pump = new UpdatePump(port, 1, points, 0);
    pump.push(batch([[0, 1]]));
    pump.fail(new GatewayError({ code: 'X', kind: 'unreachable', message: 'gone' }));
    pump.addCredits(1);
    expect(port).toMatchObject({ failures: 1, frames: 0 });
  });

  it('refuses a row that the subscription does not have', () => {
    const pump = new UpdatePump(new RecordingPort(), 1, points, 1);
    expect(() => pump.push(batch([[points, 1]]))).toThrow(expect.objectContaining({ kind: 'bug' }) as Error);
  });

  it('ends with the newest value of every point, whatever the rhythm of changes and credits', () => {
    const change = fc.tuple(fc.nat(points - 1), fc.double({ noNaN: true }));
    const action = fc.oneof(
      fc.record({ push: fc.array(change, { minLength: 1, maxLength: 5 }) }),
      fc.record({ credits: fc.integer({ min: 1, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        const port = new RecordingPort();
        const pump = new UpdatePump(port, 1, points, 1);
        const expected = new Map<number, number>();
        let credits = 1;
        for (const each of actions) {
          if ('credits' in each) {
            credits += each.credits;
            pump.addCredits(each.credits);
          } else {
            pump.push(batch(each.push));
            for (const [row, value] of each.push) expected.set(row, value);
          }
          expect(port.frames).toBeLessThanOrEqual(credits);
        }
        pump.addCredits(1);
        expect(new Map([...port.latest].sort())).toEqual(new Map([...expected].sort()));
      }),
    );
  });
});
