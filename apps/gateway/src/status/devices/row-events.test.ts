import type { HostRow } from '@fieldwarden/admin-contract';
import { EventLog } from '@fieldwarden/observe';
import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { row } from '../../testing/status-samples.js';
import { RowEvents } from './row-events.js';

describe('host events of rows (§5.5)', () => {
  let events: EventLog;
  let rows: RowEvents;

  beforeEach(() => {
    events = new EventLog(new FakeClock());
    rows = new RowEvents(events);
  });

  function look(...seen: readonly HostRow[]): string[] {
    const { lastSeq } = events;
    rows.begin();
    rows.see('packaging', seen);
    return events.since(lastSeq).map(({ message }) => message);
  }

  it('come when an operator sees another row, with the row', () => {
    look(row('filler'));
    const failing = row('filler', { deviceState: 'unreachable', consecutiveFailures: 3, alert: true });
    expect(look(failing)).toEqual(['packaging/filler: unreachable, breaker closed, 3 of 5 failures in a row']);
    expect(events.last(1)).toMatchObject([
      { type: 'host', driverId: 'packaging', device: 'filler', data: { row: failing } },
    ]);
  });

  it('count failures against the threshold only on the way there', () => {
    look(row('filler'));
    expect(look(row('filler', { deviceState: 'demoted', consecutiveFailures: 7 }))).toEqual([
      'packaging/filler: demoted, breaker closed, 7 failures in a row',
    ]);
  });

  it('say why a device fails', () => {
    look(row('filler'));
    const lastError = {
      code: 'T',
      kind: 'protocol',
      message: 'set transport',
      at: '2030-01-01T00:00:00.000Z',
    } as const;
    const failing = row('filler', { deviceState: 'unreachable', consecutiveFailures: 3, lastError });
    expect(look(failing)).toEqual([
      'packaging/filler: unreachable, breaker closed, 3 of 5 failures in a row: set transport',
    ]);
    expect(look(row('filler', { lastError }))).toEqual(['packaging/filler: connected, breaker closed']);
  });

  it.each<[string, Partial<HostRow>]>([
    ['state', { deviceState: 'disabled' }],
    ['breaker', { breaker: 'half-open' }],
    ['alert', { alert: true }],
    ['first failure', { consecutiveFailures: 1 }],
    ['breaker opening', { lastBreakerOpenAt: '2030-01-01T00:00:00.000Z' }],
    ['recycle', { lastRecycleAt: '2030-01-01T00:00:00.000Z' }],
  ])('come for another %s', (_what, change) => {
    look(row('filler'));
    expect(look(row('filler', change))).toHaveLength(1);
    expect(look(row('filler', change))).toEqual([]);
  });

  it('do not come for figures that move all the time, nor for rows that were there from the start', () => {
    expect(look(row('filler', { deviceState: 'demoted' }))).toEqual([]);
    look(row('filler', { consecutiveFailures: 1 }));
    const moved = { consecutiveFailures: 2, overruns: 9, lateReplies: 2, achievedScanMs: 1, bulkheadDepth: 7 };
    expect(look(row('filler', moved))).toEqual([]);
  });

  it('of a large driver come in portions, and none is lost', () => {
    const devices = Array.from({ length: 450 }, (_, i) => `unit-${i}`);
    const all = (more: Partial<HostRow>) => devices.map((device) => row(device, more));
    look(...all({}));
    const told = [1, 2, 3, 4].map(() => look(...all({ deviceState: 'disabled' })));
    expect(told.map(({ length }) => length)).toEqual([200, 200, 50, 0]);
    expect(new Set(told.flat()).size).toBe(450);
  });

  it('of a driver that was forgotten begin anew', () => {
    look(row('filler'));
    rows.forget('packaging');
    expect(look(row('filler', { deviceState: 'demoted' }))).toEqual([]);
  });
});
