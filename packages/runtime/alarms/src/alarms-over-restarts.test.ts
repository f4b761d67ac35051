import { toGatewayError } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { AlarmBook } from './alarm-book.js';
import { TableMemory } from './table-memory.js';
import { acknowledge, alarmEvent, MemoryTable, ObservedBook } from './testing/index.js';

const filler = { driverId: 'packaging', device: 'filler' };
const offScan = { conditionId: 'off-scan', subject: filler } as const;
const seen = { driverId: 'packaging', conditionId: 'off-scan/filler', eventId: undefined, comment: 'on my way' };
const settleMs = 60_000;

/** A gateway that ran, and the table that it left. */
async function after(act: (first: ObservedBook) => void): Promise<MemoryTable> {
  const first = new ObservedBook();
  await first.book.restore();
  act(first);
  await first.book.close();
  return first.table;
}

describe('alarms over a restart (§18.2)', () => {
  it('that are active before and after are no new alarm: acknowledged, without an event', async () => {
    const table = await after(({ book }) => {
      book.raise({ ...offScan, message: 'no answer' });
      acknowledge(book, seen);
    });
    const { book, events, clock } = await ObservedBook.restored(table);
    expect(book.list()).toMatchObject([{ active: true, acknowledged: true, comment: 'on my way', current: false }]);
    book.raise({ ...offScan, message: 'connection refused' });
    expect(book.list()).toMatchObject([
      { acknowledged: true, message: 'connection refused', current: true, eventId: '1' },
    ]);
    await clock.advance(settleMs);
    expect([events, book.list()[0].active]).toEqual([[], true]);
    book.raise({ ...offScan, message: 'no answer' });
    expect(events).toHaveLength(1);
  });

  it('that nobody raises again are over when the start has settled, with an event', async () => {
    const table = await after(({ book }) => book.raise({ ...offScan, message: 'no answer' }));
    const { book, events, clock } = await ObservedBook.restored(table);
    book.ofDriver('packaging', ['filler']);
    await clock.advance(settleMs - 1);
    expect([events, book.list()[0].active]).toEqual([[], true]);
    await clock.advance(1);
    expect(events).toMatchObject([{ driverId: 'packaging', data: { conditionId: 'off-scan/filler', active: false } }]);
    expect(book.list()).toMatchObject([{ active: false, acknowledged: false, current: true }]);
  });

  it('that are over before that are so at once', async () => {
    const table = await after(({ book }) => book.raise(offScan));
    const { book, events } = await ObservedBook.restored(table);
    book.clear('off-scan', filler);
    expect(events).toMatchObject([{ data: { active: false } }]);
  });

  it('that were over and not seen wait for somebody to see them', async () => {
    const table = await after(({ book }) => {
      book.raise(offScan);
      book.clear('off-scan', filler, 'it is back');
      book.raise({ conditionId: 'memory', subject: { driverId: 'press' } });
    });
    const { book, events, clock } = await ObservedBook.restored(table);
    book.ofDriver('packaging', ['filler']);
    book.ofDriver('press', []);
    await clock.advance(settleMs);
    expect(book.list().map(({ message, active, current }) => [message, active, current])).toEqual([
      ['it is back', false, true],
      ['the driver needs more memory than it should', false, true],
    ]);
    for (const alarm of book.list()) acknowledge(book, { ...alarm, eventId: alarm.eventId, comment: '' });
    expect(events.every(({ data }) => data.alarm !== undefined)).toBe(true);
    await book.close();
    expect(table.onDisk.size).toBe(0);
  });

  it('of what is configured no more go when the start has settled, seen or not', async () => {
    const table = await after(({ book }) => {
      for (const device of ['filler', 'gone', 'lost-and-gone'])
        book.raise({ conditionId: 'off-scan', subject: { ...filler, device } });
      for (const device of ['filler', 'gone']) book.clear('off-scan', { ...filler, device });
      book.raise({ conditionId: 'memory', subject: { driverId: 'press' } });
      book.raise({ conditionId: 'configuration-stale', subject: {} });
      book.clear('configuration-stale', {});
    });
    const { book, events, clock } = await ObservedBook.restored(table);
    book.ofDriver('packaging', ['filler']);
    book.raise({ conditionId: 'off-scan', subject: { ...filler, device: 'new' } });
    await clock.advance(settleMs);
    expect(
      book
        .list()
        .map(({ conditionId }) => conditionId)
        .sort(),
    ).toEqual(['configuration-stale', 'off-scan/filler', 'off-scan/new']);
    expect(events.slice(1)).toMatchObject([{ data: { conditionId: 'off-scan/lost-and-gone', active: false } }]);
    await book.close();
    expect(table.onDisk.size).toBe(3);
  });

  it('of devices wait for the device; of drivers that are no more they end', async () => {
    const table = await after(({ book }) => {
      for (const driverId of ['press', 'oven'])
        book.ofDriver(driverId, ['plc']).report('plc', [alarmEvent()], () => undefined);
    });
    const { book, events, clock } = await ObservedBook.restored(table);
    book.ofDriver('press', ['plc']);
    await clock.advance(settleMs);
    expect(book.list()).toMatchObject([{ driverId: 'press', device: 'plc', conditionId: 'level', current: false }]);
    expect(events).toMatchObject([{ driverId: 'oven', device: 'plc', data: { conditionId: 'level', active: false } }]);
    await book.close();
    expect(table.onDisk.size).toBe(1);
  });

  it('are not ended by the stop of the gateway, in which everything goes', async () => {
    const table = await after(({ book }) => {
      const press = book.ofDriver('press', ['plc']);
      press.report('plc', [alarmEvent()], () => undefined);
      book.raise(offScan);
      void book.close();
      press.remove('plc');
      book.clear('off-scan', filler);
    });
    expect((await ObservedBook.restored(table)).book.list()).toMatchObject([{ active: true }, { active: true }]);
  });
});

describe('the memory of alarms', () => {
  it('has what was settled when the gateway is killed', async () => {
    const { book, table } = await ObservedBook.restored(new MemoryTable());
    book.raise(offScan);
    await book.kept();
    book.raise({ conditionId: 'restart-storm', subject: {} });
    table.kill();
    expect((await ObservedBook.restored(table)).book.list().map(({ conditionId }) => conditionId)).toEqual([
      'off-scan/filler',
    ]);
  });

  it('leaves out what it does not understand, and forgets it', async () => {
    const table = new MemoryTable();
    const strange = [
      null,
      'text',
      {},
      { version: 9, type: 'raised' },
      { version: 1, type: 'raised', subject: {}, alarm: { active: true } },
      { version: 1, type: 'reported', driverId: 'a', deviceId: 'b', event: { eventId: 1 } },
    ];
    strange.forEach((record, i) => table.put(`k${i}`, record));
    const { book } = await ObservedBook.restored(table);
    await book.close();
    expect([book.list(), table.onDisk.size]).toEqual([[], 0]);
  });

  it('has short keys, and no large values and texts of devices', async () => {
    const table = await after(({ book }) => {
      const large = alarmEvent({ conditionId: 'c'.repeat(256), message: 'm'.repeat(9_999), value: 'v'.repeat(9_999) });
      book.ofDriver('press', ['plc']).report('plc', [large], () => undefined);
    });
    const [[key, record]] = [...table.onDisk];
    expect(key.length).toBeLessThan(100);
    expect(JSON.stringify(record).length).toBeLessThan(2_000);
  });

  it('that does not open or takes nothing costs the memory, not the alarms', async () => {
    const logger = collectingLogger();
    const failure = toGatewayError(new Error('no disk'));
    const refusing = {
      load: () => Promise.reject(failure),
      save: () => undefined,
      note: () => undefined,
      page: () => Promise.resolve({ rows: [], next: null }),
      settled: () => Promise.reject(failure),
    };
    for (const memory of [refusing, new TableMemory(() => Promise.reject(failure))]) {
      const book = new AlarmBook({ clock: new FakeClock(), logger, memory });
      await book.restore();
      book.raise(offScan);
      await book.kept();
      expect(book.list()).toHaveLength(1);
    }
    expect(logger.messages('error')).toContainEqual(expect.stringContaining('no disk'));
  });
});
