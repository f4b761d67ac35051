import { MemoryTable, ObservedBook } from '@fieldwarden/alarms/testing';
import { describe, expect, it } from 'vitest';
import { row } from '../../testing/status-samples.js';
import { LostDeviceAlarms } from './lost-device-alarms.js';

describe('the alarm of a device that is lost (§5.5, §18.2)', () => {
  const lastError = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer', at: '2030-01-01T00:00:00.000Z' };
  const lostSince = '2030-01-01T00:00:00.000Z';
  const demoted = row('filler', { deviceState: 'demoted', lostSince, lastError });

  function setUp() {
    const { book, events } = new ObservedBook();
    return { book, events, demotions: new LostDeviceAlarms(book) };
  }

  it('is raised once with the reason, and over when the device is back', () => {
    const { events, book, demotions } = setUp();
    for (const seen of [row('filler'), demoted, demoted]) demotions.see('packaging', [seen, row('capper')]);
    expect(events.map(({ message }) => message)).toEqual(['device packaging/filler is off scan: no answer']);
    expect(book.list()).toMatchObject([{ driverId: 'packaging', conditionId: 'off-scan/filler', active: true }]);
    demotions.see('packaging', [row('filler'), row('capper')]);
    expect(book.list()).toMatchObject([{ conditionId: 'off-scan/filler', active: false, acknowledged: false }]);
  });

  it('goes with the device and with its driver', () => {
    const { book, demotions } = setUp();
    demotions.see('packaging', [demoted]);
    demotions.see('packaging', []);
    expect(book.list()).toEqual([]);
    demotions.see('packaging', [demoted]);
    demotions.forget('packaging');
    expect(book.list()).toEqual([]);
  });

  it('of before a restart stands until the device answers, whatever is known of it until then', async () => {
    const first = await ObservedBook.restored(new MemoryTable());
    new LostDeviceAlarms(first.book).see('packaging', [demoted, row('capper', { deviceState: 'demoted', lostSince })]);
    await first.book.close();
    const { book, events, clock } = await ObservedBook.restored(first.table);
    const demotions = new LostDeviceAlarms(book);
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

  it('is one where no breaker takes the device off scan, and stays one when that happens', () => {
    const { events, book, demotions } = setUp();
    const silent = row('filler', { deviceState: 'unreachable', lastError });
    demotions.see('packaging', [silent]);
    expect(events).toEqual([]);
    for (const seen of [{ ...silent, lostSince }, { ...silent, lostSince }, silent, demoted])
      demotions.see('packaging', [seen]);
    expect(events.map(({ message }) => message)).toEqual([
      'device packaging/filler does not answer: no answer',
      'device packaging/filler is off scan: no answer',
    ]);
    demotions.see('packaging', [row('filler')]);
    expect(events.at(-1)).toMatchObject({ message: 'device packaging/filler answers again', data: { active: false } });
    expect(book.list()).toHaveLength(1);
  });

  it('gives way to that of its driver: one cause, one alarm', () => {
    const { book, demotions } = setUp();
    demotions.see('packaging', [demoted]);
    demotions.see('packaging', [{ ...demoted, driverState: 'Faulted' }]);
    expect(book.list()).toMatchObject([{ active: false, message: expect.stringContaining('its driver is faulted') }]);
    demotions.see('packaging', [demoted]);
    expect(book.list()).toMatchObject([{ active: true }]);
  });
});
