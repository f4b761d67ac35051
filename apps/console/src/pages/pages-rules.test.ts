import type { GatewayEvent, LogRecord } from '@fieldwarden/gateway-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testDriver, testRow } from '../fleet/testing-fleet.js';
import { sortedBy } from '../parts/sortable.js';
import { sparklinePath } from '../parts/charts/sparkline-path.js';
import { detailsOf, filteredLines, withLines } from './driver/log-lines.js';
import { clipped, segmentsOf, withChanges, withEvents } from './driver/state-segments.js';
import { filteredEvents } from './events/event-filter.js';
import { filteredRows, hostSortKeys, joinedRows } from './hosts/host-table-rows.js';

const at = '2030-01-01T00:00:00.000Z';

describe('the rows of the Hosts (§5.8)', () => {
  const rows = joinedRows(
    [
      testRow(),
      testRow({ device: 'capper', deviceState: 'demoted', consecutiveFailures: 7 }),
      testRow({ driverId: 'gone' }),
    ],
    [testDriver()],
  );

  it('leave out drivers that are no longer there', () => {
    expect(rows.map(({ row }) => row.device)).toEqual(['filler', 'capper']);
  });

  it('are found by words, by state, and by what needs attention', () => {
    const none = { text: '', state: '', problemsOnly: false };
    expect(filteredRows(rows, { ...none, text: 'MODBUS cap' })).toHaveLength(1);
    expect(filteredRows(rows, { ...none, state: 'Faulted' })).toHaveLength(0);
    expect(filteredRows(rows, { ...none, problemsOnly: true }).map(({ row }) => row.device)).toEqual(['capper']);
  });

  it('are sorted by how bad they are', () => {
    const sorted = sortedBy(rows, hostSortKeys.state, 'ascending');
    expect(sorted.map(({ row }) => row.device)).toEqual(['capper', 'filler']);
  });
});

describe('sorting', () => {
  it('keeps every row, and puts what is not known last in both directions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer())),
        fc.constantFrom('ascending', 'descending'),
        (values, direction) => {
          const sorted = sortedBy(values, (value) => value, direction);
          expect(sorted.toSorted()).toEqual(values.toSorted());
          expect(sorted.lastIndexOf(null) === -1 || sorted.at(-1) === null).toBe(true);
          const known = sorted.filter((value) => value !== null);
          const expected = known.toSorted((a, b) => (direction === 'ascending' ? a - b : b - a));
          expect(known).toEqual(expected);
        },
      ),
    );
  });
});

describe('a sparkline', () => {
  it('shows a limit that is near and leaves out one that would press the curve flat', () => {
    const { levels } = sparklinePath([10, 12], [20, 1_000], 100, 20);
    expect(levels[0]).not.toBeNull();
    expect(levels[1]).toBeNull();
  });

  it('has a gap where nothing was measured', () => {
    expect(sparklinePath([1, null, 1], [], 100, 20).path.match(/M/g)).toHaveLength(2);
  });

  it('stays within its picture', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(10 ** 9)), { minLength: 2 }), (values) => {
        for (const [, x, y] of sparklinePath(values, [], 100, 20).path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)) {
          expect(Number(x)).toBeLessThanOrEqual(100);
          expect(Number(y)).toBeLessThanOrEqual(20);
        }
      }),
    );
  });
});

describe('the states of a driver over time', () => {
  it('are stretches, the last of which lasts until now', () => {
    const segments = segmentsOf({ at: [0, 10, 20, 30], states: ['A', 'A', 'B', 'A'] }, 40);
    expect(segments).toEqual([
      { state: 'A', fromMs: 0, toMs: 20 },
      { state: 'B', fromMs: 20, toMs: 30 },
      { state: 'A', fromMs: 30, toMs: 40 },
    ]);
    expect(clipped(segments, 25, 35).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [25, 30],
      [30, 35],
    ]);
  });

  it('have those between two samples, and the samples for the time before', () => {
    const samples = { at: [0, 5_000, 10_000], states: ['Healthy', 'Healthy', 'Healthy'] };
    const changes = [
      { at: 6_000, state: 'Reconnecting' },
      { at: 6_300, state: 'Healthy' },
    ];
    expect(segmentsOf(withChanges(samples, changes), 20_000)).toEqual([
      { state: 'Healthy', fromMs: 0, toMs: 6_000 },
      { state: 'Reconnecting', fromMs: 6_000, toMs: 6_300 },
      { state: 'Healthy', fromMs: 6_300, toMs: 20_000 },
    ]);
    expect(withChanges(samples, [])).toEqual(samples);
  });

  it('take from the events what the samples do not have yet', () => {
    const change: GatewayEvent = { seq: 1, at, type: 'driver', driverId: 'a', message: '', data: { to: 'Faulted' } };
    const others = [
      { ...change, driverId: 'b' },
      { ...change, device: 'x' },
    ];
    const samples = { at: [Date.parse(at) - 5], states: ['Healthy'] };
    expect(withEvents(samples, [change, ...others], 'a').states).toEqual(['Healthy', 'Faulted']);
    expect(withEvents({ at: [Date.parse(at)], states: ['Faulted'] }, [change], 'a').states).toEqual(['Faulted']);
  });
});

describe('the log of a driver', () => {
  const record = (level: string, message: string): LogRecord => ({
    timestamp: at,
    level,
    message,
    driverId: 'a',
    device: 'x',
    correlationId: 'c1',
  });

  it('is filtered by level and by text, also of the details', () => {
    const lines = [record('debug', 'one'), record('warn', 'two'), record('error', 'three')];
    expect(filteredLines(lines, { level: 'warn', text: '' })).toHaveLength(2);
    expect(filteredLines(lines, { level: 'debug', text: 'device=X' })).toHaveLength(3);
    expect(detailsOf(lines[0])).toBe('device=x correlationId=c1');
  });

  it('keeps the last thousand lines', () => {
    const lines = Array.from({ length: 1_500 }, (_none, index) => record('info', String(index)));
    const kept = withLines(lines.slice(0, 900), lines.slice(900));
    expect([kept.length, kept[0].message]).toEqual([1_000, '500']);
  });
});

describe('the list of events', () => {
  it('is filtered by type, driver and text', () => {
    const events: GatewayEvent[] = [
      { seq: 1, at, type: 'driver', driverId: 'a', message: 'driver a is Healthy' },
      { seq: 2, at, type: 'alarm', message: 'storm' },
    ];
    expect(filteredEvents(events, { type: 'alarm', driverId: '', text: '' })).toHaveLength(1);
    expect(filteredEvents(events, { type: '', driverId: 'a', text: 'HEALTHY' })).toHaveLength(1);
    expect(filteredEvents(events, { type: 'alarm', driverId: 'a', text: '' })).toHaveLength(0);
  });
});
