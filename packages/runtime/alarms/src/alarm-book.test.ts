import { describe, expect, it } from 'vitest';
import { acknowledge, alarmEvent, ObservedBook } from './testing/index.js';

const gateway = {};
const storm = { driverId: null, conditionId: 'restart-storm', eventId: undefined, comment: '' };
const filler = { driverId: 'packaging', device: 'filler' };

describe('the alarms of the gateway itself (§4.4, §7.4)', () => {
  it('are of interest until they are over and somebody has seen them, in either order', () => {
    const { book } = new ObservedBook();
    book.raise({ conditionId: 'restart-storm', subject: gateway });
    expect(book.list()).toMatchObject([{ driverId: null, device: null, severity: 900, active: true, eventId: '1' }]);
    book.clear('restart-storm', gateway, 'restart-storm false');
    expect(book.list()).toMatchObject([{ active: false, acknowledged: false, message: 'restart-storm false' }]);
    expect(acknowledge(book, storm)).toEqual({ outcome: 'done', status: 'Good' });
    expect(book.list()).toEqual([]);
    book.raise({ conditionId: 'restart-storm', subject: gateway });
    acknowledge(book, { ...storm, comment: 'seen' });
    expect(book.list()).toMatchObject([{ active: true, acknowledged: true, comment: 'seen' }]);
    book.clear('restart-storm', gateway);
    expect(book.list()).toEqual([]);
  });

  it('that happened once stay until they are seen, and happen again', () => {
    const { book, events } = new ObservedBook();
    const recycled = { conditionId: 'memory', subject: { driverId: 'press' }, data: { recycles: 3 } } as const;
    book.raise(recycled);
    expect(book.list()).toMatchObject([{ driverId: 'press', active: false, retain: true }]);
    expect(events).toMatchObject([{ data: { conditionId: 'memory', recycles: 3 } }]);
    expect(events[0].data).not.toHaveProperty('active');
    book.raise(recycled);
    expect([events.length, book.list().length]).toEqual([2, 1]);
    acknowledge(book, { ...storm, driverId: 'press', conditionId: 'memory' });
    expect(book.list()).toEqual([]);
  });

  it('are acknowledged in the state that was seen, once, with an event', () => {
    const { book, events } = new ObservedBook();
    book.raise({ conditionId: 'restart-storm', subject: gateway });
    expect(acknowledge(book, { ...storm, eventId: '7' })).toEqual({ outcome: 'rejected', status: 'BadEventIdUnknown' });
    acknowledge(book, { ...storm, eventId: '1' }, 'rest');
    expect(acknowledge(book, storm)).toMatchObject({ status: 'BadConditionBranchAlreadyAcked' });
    expect(events.at(-1)).toMatchObject({
      type: 'alarm',
      data: { active: true, by: 'rest', alarm: { acknowledged: true } },
    });
    expect(book.list()).toHaveLength(1);
    expect(() => acknowledge(book, { ...storm, conditionId: 'flood' })).toThrow(
      expect.objectContaining({ code: 'ALARM_UNKNOWN', writeOutcome: 'not-sent' }),
    );
  });

  it('that are raised again are no new alarm: their text changes, they stay acknowledged', () => {
    const { book, events } = new ObservedBook();
    const held = (message: string): void =>
      book.raise({ conditionId: 'configuration-held', subject: gateway, message });
    held('no room');
    held('no room');
    acknowledge(book, { ...storm, conditionId: 'configuration-held' });
    held('no room');
    expect(events).toHaveLength(2);
    held('went back');
    expect(book.list()).toMatchObject([{ acknowledged: true, message: 'went back', at: '2030-01-01T00:00:00.000Z' }]);
    expect(events.at(-1)).toMatchObject({
      message: 'went back',
      data: { conditionId: 'configuration-held', active: true },
    });
  });

  it('that nobody raised are not over either', () => {
    const { book, events } = new ObservedBook();
    book.clear('configuration-held', gateway);
    expect([book.list(), events]).toEqual([[], []]);
  });

  it('have the name of what they are about behind their own, and are told as those of their driver', () => {
    const { book, events } = new ObservedBook();
    book.raise({ conditionId: 'off-scan', subject: filler, message: 'filler is off scan' });
    const alarm = { driverId: 'packaging', device: null, conditionId: 'off-scan/filler' };
    expect(book.list()).toMatchObject([alarm]);
    expect(events).toEqual([
      {
        type: 'alarm',
        driverId: 'packaging',
        message: 'filler is off scan',
        data: { conditionId: 'off-scan/filler', active: true },
      },
    ]);
    expect(acknowledge(book, { ...storm, ...alarm })).toMatchObject({ outcome: 'done' });
  });

  it('are counted when there is no room, the old ones stay', () => {
    const { book, events } = new ObservedBook({ limits: { raised: 2 } });
    const rolledBack = (driverId: string) => ({ conditionId: 'rolled-back', subject: { driverId } }) as const;
    for (const driverId of ['a', 'b', 'c', 'c']) book.raise(rolledBack(driverId));
    expect([book.list().map(({ driverId }) => driverId), book.leftOut, events.length]).toEqual([['a', 'b'], 1, 3]);
    book.clear('rolled-back', { driverId: 'a' });
    expect(book.list().find(({ driverId }) => driverId === 'a')).toMatchObject({ active: false });
    book.clear('rolled-back', { driverId: 'c' });
    book.clear('rolled-back', { driverId: 'c' });
    expect(events.slice(3)).toMatchObject([{ driverId: 'a' }, { driverId: 'c', data: { active: false } }]);
  });

  it('come in once there is room, without another event', () => {
    const { book, events } = new ObservedBook({ limits: { perSubject: 1 } });
    const offScan = (device: string): void =>
      book.raise({ conditionId: 'off-scan', subject: { driverId: 'p', device } });
    for (const device of ['a', 'b', 'b']) offScan(device);
    book.raise({ conditionId: 'off-scan', subject: { driverId: 'q', device: 'a' } });
    expect([book.list().length, book.leftOut]).toEqual([2, 1]);
    book.clear('off-scan', { driverId: 'p', device: 'a' });
    acknowledge(book, { ...storm, driverId: 'p', conditionId: 'off-scan/a' });
    const before = events.length;
    offScan('b');
    expect([book.list().length, book.leftOut, events.length]).toEqual([2, 1, before]);
  });

  it('that nobody has seen go with what they are about, without another event', () => {
    const { book, events } = new ObservedBook();
    book.raise({ conditionId: 'memory', subject: { driverId: 'packaging' } });
    book.raise({ conditionId: 'off-scan', subject: filler });
    book.clear('off-scan', filler);
    const before = events.length;
    book.end({ driverId: 'packaging' });
    expect([book.list(), events.length]).toEqual([[], before]);
  });

  it('end with what they are about', () => {
    const { book, events } = new ObservedBook();
    for (const device of ['filler', 'capper']) book.raise({ conditionId: 'off-scan', subject: { ...filler, device } });
    book.raise({ conditionId: 'rolled-back', subject: { driverId: 'packaging' } });
    book.raise({ conditionId: 'off-scan', subject: { driverId: 'press', device: 'filler' } });
    book.raise({ conditionId: 'configuration-stale', subject: gateway });
    const active = (): readonly string[] =>
      book
        .list()
        .filter(({ active }) => active)
        .map(({ driverId, conditionId }) => `${driverId} ${conditionId}`)
        .toSorted();
    book.end(filler);
    expect(active()).toHaveLength(4);
    book.end({ driverId: 'packaging' });
    expect(active()).toEqual(['null configuration-stale', 'press off-scan/filler']);
    book.end({});
    expect(active()).toHaveLength(2);
    expect(book.list()).toHaveLength(2);
    expect(events.filter(({ data }) => data.active === false)).toHaveLength(3);
  });
});

describe('the alarms of a service (§16.2)', () => {
  it('are its own, with the severity that it gives, and end with it', () => {
    const { book, events } = new ObservedBook();
    const [mqtt, modbus] = [book.alarmsOf('mqtt'), book.alarmsOf('modbus-server')];
    mqtt.raise({ conditionId: 'outbox-full', severity: 700, message: 'the outbox is full' });
    modbus.raise({ conditionId: 'outbox-full', severity: Number.NaN, message: 'x'.repeat(5_000) });
    modbus.clear('port');
    expect(book.list()).toMatchObject([
      { driverId: null, device: null, conditionId: 'outbox-full/mqtt', severity: 700 },
      { conditionId: 'outbox-full/modbus-server', severity: 1 },
    ]);
    expect(book.list()[1].message).toHaveLength(1_024);
    modbus.clear('outbox-full');
    book.end({ serviceId: 'mqtt' });
    expect(book.list().map(({ active }) => active)).toEqual([false, false]);
    expect(events.map(({ data }) => data.active)).toEqual([true, true, false, false]);
    expect(events.map(({ serviceId }) => serviceId)).toEqual(['mqtt', 'modbus-server', 'modbus-server', 'mqtt']);
  });

  it('take no room from others', () => {
    const { book } = new ObservedBook({ limits: { perSubject: 3 } });
    const noisy = book.alarmsOf('noisy');
    for (let i = 0; i < 10; i += 1) noisy.raise({ conditionId: `c${i}`, severity: 1_000, message: 'm' });
    book.raise({ conditionId: 'restart-storm', subject: gateway });
    expect([book.list().length, book.leftOut]).toEqual([4, 7]);
  });
});

describe('one list for all alarms (§18.1)', () => {
  it('has the most urgent first, of whomever', () => {
    const { book } = new ObservedBook();
    book.raise({ conditionId: 'configuration-stale', subject: gateway });
    book.ofDriver('press', ['plc']).report('plc', [alarmEvent({ severity: 800 })], () => undefined);
    book.raise({ conditionId: 'restart-storm', subject: gateway });
    expect(book.list().map(({ severity }) => severity)).toEqual([900, 800, 500]);
  });

  it('counts what got lost of drivers that are no more, too', () => {
    const { book } = new ObservedBook({ limits: { reportedPerDriver: 1 } });
    const press = book.ofDriver('press', ['plc']);
    press.report('plc', [alarmEvent(), alarmEvent({ conditionId: 'flow' })], () => undefined);
    press.missed('plc', 3);
    book.end({ driverId: 'press' });
    expect([book.lost, book.leftOut, book.list()]).toEqual([3, 1, []]);
  });

  it('goes on when somebody who follows it fails', () => {
    const { book, events, logger } = new ObservedBook();
    const heard: string[] = [];
    book.follow(() => {
      throw new Error('too much');
    });
    const later = book.follow(({ message }) => void heard.push(message));
    book.raise({ conditionId: 'restart-storm', subject: gateway, message: 'one' });
    later[Symbol.dispose]();
    book.clear('restart-storm', gateway, 'two');
    expect([heard, events.length]).toEqual([['one'], 2]);
    expect(logger.messages('error')).toEqual(Array(2).fill(expect.stringContaining('too much')));
  });
});
