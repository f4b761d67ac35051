import { sampleAlarm } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import type { JournalRow } from '../journal/journal-row.js';
import { AlarmFigures } from './alarm-figures.js';

const startMs = Date.UTC(2030, 0, 1);
const minuteMs = 60_000;

type Given = Parameters<AlarmFigures['took']>[0];

function row(atMs: number, more: Partial<Given> = {}): Given {
  const at = new Date(startMs + atMs).toISOString();
  return {
    at,
    id: 'a',
    driverId: null,
    device: null,
    area: 'packaging',
    priority: 'high',
    transition: 'active',
    user: null,
    ...more,
  };
}

function figuresOf(rows: readonly Given[], nowMs: number, alarms: readonly Parameters<typeof sampleAlarm>[0][] = []) {
  const figures = new AlarmFigures();
  for (const each of rows) figures.took(each);
  return figures.statistics(alarms.map(sampleAlarm), startMs + nowMs);
}

describe('figures of alarms (§18.3)', () => {
  it('count activations of the last ten minutes, and the most in any ten of the last day', () => {
    const rows = [...Array.from({ length: 7 }, () => row(0)), row(30 * minuteMs), row(35 * minuteMs)];
    const { activationsPer10Min, activationsPer24h, peakPer10Min } = figuresOf(rows, 36 * minuteMs);
    expect([activationsPer10Min, activationsPer24h, peakPer10Min]).toEqual([2, 9, 7]);
    expect(figuresOf(rows, 25 * 60 * minuteMs).activationsPer24h).toBe(0);
  });

  it.each([
    [10, []],
    [11, [{ area: 'packaging', activations: 11 }]],
  ])('%i of an area in ten minutes: a flood or none', (count, floods) => {
    const rows = Array.from({ length: count }, (_, i) => row(i * 1_000, { id: `a${i}` }));
    expect(figuresOf([...rows, row(5_000, { area: 'press' })], 20_000).floods).toEqual(floods);
    expect(figuresOf(rows, 11 * minuteMs).floods).toEqual([]);
  });

  it('name the ten that come most, with their share', () => {
    const rows = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: i + 1 }, () => row(0, { id: `a${i}` })),
    ).flat();
    const { topTen } = figuresOf(rows, 0);
    expect(topTen).toHaveLength(10);
    expect(topTen[0]).toEqual({ driverId: null, device: null, id: 'a11', activations: 12, sharePercent: 15.4 });
  });

  it.each([
    [60_000, ['a']],
    [60_001, []],
  ])('three activations within %i ms: chattering or not', (spanMs, ids) => {
    const rows = [row(0), row(1_000), row(spanMs)];
    expect(figuresOf(rows, spanMs).chattering.map(({ id }) => id)).toEqual(ids);
  });

  it('name what has been active for more than a day, the longest first', () => {
    const day = 24 * 60 * minuteMs;
    const at = (ms: number) => new Date(startMs + ms).toISOString();
    const alarms = [
      { conditionId: 'new', at: at(0) },
      { conditionId: 'old', at: at(-1_000) },
      { conditionId: 'oldest', at: at(-2_000) },
      { conditionId: 'over', at: at(-3_000), active: false },
    ];
    expect(figuresOf([], day, alarms).standing.map(({ id }) => id)).toEqual(['oldest', 'old']);
  });

  it('tell how long it took until a person acknowledged, not a device by itself', () => {
    const acknowledged = (atMs: number, more: Partial<JournalRow>) =>
      row(atMs, { transition: 'acknowledged', ...more });
    const rows = [
      row(0),
      row(0, { id: 'b' }),
      row(0, { id: 'c' }),
      acknowledged(5_000, { user: 'anna' }),
      acknowledged(15_000, { id: 'b', user: 'ben' }),
      acknowledged(20_000, { id: 'c' }),
    ];
    expect(figuresOf(rows, 30_000).timeToAcknowledge).toEqual({ count: 2, meanMs: 10_000, longestMs: 15_000 });
    expect(figuresOf([], 0).timeToAcknowledge).toEqual({ count: 0, meanMs: null, longestMs: null });
  });

  it('count what is set apart, and what nobody has seen', () => {
    const alarms = [
      {},
      { shelved: true, acknowledged: true },
      { suppressed: true },
      { outOfService: true },
      { enabled: false, active: false, acknowledged: true, retain: false },
    ];
    expect(figuresOf([], 0, alarms)).toMatchObject({
      active: { critical: 4, high: 0 },
      unacknowledged: 3,
      shelved: 1,
      suppressed: 1,
      outOfService: 1,
      disabled: 1,
    });
  });

  it('recall the last day, and count totals since the start only', () => {
    const figures = new AlarmFigures();
    figures.recall(row(0));
    figures.took(row(1));
    expect([figures.activations.get('high'), figures.statistics([], startMs + 2).activationsPer24h]).toEqual([1, 2]);
  });
});
