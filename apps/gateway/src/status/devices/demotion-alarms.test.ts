import { MemoryTable, ObservedBook } from '@fieldwarden/alarms/testing';
import { describe, expect, it } from 'vitest';
import { row } from '../../testing/status-samples.js';
import { DemotionAlarms } from './demotion-alarms.js';

describe('the alarm of a device that is off scan (§5.5)', () => {
  const lastError = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer', at: '2030-01-01T00:00:00.000Z' };
  const demoted = row('filler', { deviceState: 'demoted', lastError });

  function setUp() {
    const { book, events } = new ObservedBook();
    return { book, events, demotions: new DemotionAlarms(book) };
  }

  it('is raised once with the reason, and over when the device is back', () => {
    const { events, book, demotions } = setUp();
    for (const seen of [row('filler'), demoted, demoted]) demotions.see('packaging', [seen, row('capper')]);
    expect(events.map(({ message }) => message)).toEqual(['device packaging/filler is off scan: no answer']);
    expect(book.list()).toMatchObject([{ driverId: 'packaging', conditionId: 'off-scan/filler', active: true }]);
    demotions.see('packaging', [row('filler'), row('capper')]);
    expect(book.list()).toMatchObject([{ conditionId: 'off-scan/filler', active: false, acknowledged: false }]);
  });

  it('is over when the device or its driver is no more', () => {
    const { book, demotions } = setUp();
    demotions.see('packaging', [demoted]);
    demotions.see('packaging', []);
    expect(book.list()).toMatchObject([{ active: false }]);
    demotions.see('packaging', [demoted]);
    demotions.forget('packaging');
    expect(book.list()).toMatchObject([{ active: false }]);
  });

  it('of before a restart stands until the device answers, whatever is known of it until then', async () => {
    const first = await ObservedBook.restored(new MemoryTable());
    new DemotionAlarms(first.book).see('packaging', [demoted, row('capper', { deviceState: 'demoted' })]);
    await first.book.close();
    const { book, events, clock } = await ObservedBook.restored(first.table);
    const demotions = new DemotionAlarms(book);
    demotions.see('packaging', [
      row('filler', { deviceState: 'disabled' }),
      row('capper', { deviceState: 'disabled' }),
    ]);
    demotions.see('packaging', [
      row('filler', { deviceState: 'unknown' }),
      row('capper', { deviceState: 'unreachable' }),
    ]);
    demotions.see('packaging', [demoted, row('capper')]);
    expect(events).toMatchObject([{ data: { conditionId: 'off-scan/capper', active: false } }]);
    await clock.advance(60_000);
    expect(events).toHaveLength(1);
    expect(book.list().map(({ conditionId, active }) => [conditionId, active])).toContainEqual([
      'off-scan/filler',
      true,
    ]);
  });
});
