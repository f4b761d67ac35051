import type { AlarmEvent } from '@fieldwarden/driver';
import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeptAlarm } from '../alarm-memory.js';
import { alarmEvent } from '../testing/index.js';
import type { AlarmData, AlarmTransition } from '../told/alarm-change.js';
import { AlarmEvents } from '../told/alarm-events.js';
import { DeviceAlarms } from './device-alarms.js';
import { reportedAlarm } from './present-alarm.js';

interface Told {
  readonly message: string;
  readonly deviceId: string | undefined;
  readonly data: AlarmData;
}

interface Observed {
  readonly book: DeviceAlarms;
  /** The events that come of it. */
  readonly told: Told[];
  readonly transitions: AlarmTransition[];
  readonly kept: Map<string, KeptAlarm>;
}

function newBook(capacity = 5_000): Observed {
  const told: Told[] = [];
  const transitions: AlarmTransition[] = [];
  const kept = new Map<string, KeptAlarm>();
  const append = ({ message, device, data }: { message: string; device?: string; data: AlarmData }): void =>
    void told.push({ message, deviceId: device, data });
  const events = new AlarmEvents({ clock: new FakeClock(), events: { append } });
  const book = new DeviceAlarms({
    driverId: 'lab',
    capacity,
    areaOf: () => null,
    tell: (news) => {
      events.tell(news);
      if (news.type === 'alarm') transitions.push(news.transition);
    },
    save: (key, alarm) => {
      if (alarm) kept.set(key, alarm);
      else kept.delete(key);
    },
  });
  return { book, told, transitions, kept };
}

const nobody = (): void => undefined;
const gone = { active: false, acknowledged: true, retain: false };

describe('the alarms that the devices of a driver report (§2)', () => {
  it('holds each condition as it was said last, until it is of no interest any more', () => {
    const { book, told } = newBook();
    book.report('d1', [alarmEvent()], nobody);
    book.report('d2', [alarmEvent()], nobody);
    book.report('d1', [alarmEvent({ eventId: 'e2', acknowledged: true, comment: 'seen' })], nobody);
    expect(book.find('d1', 'level')).toMatchObject({ current: true, event: { eventId: 'e2', comment: 'seen' } });
    book.report('d1', [alarmEvent({ eventId: 'e3', ...gone })], nobody);
    expect(book.alarms.map(({ deviceId }) => deviceId)).toEqual(['d2']);
    expect(told.map(({ message }) => message.split(': ')[1])).toEqual(['active', 'active', 'acknowledged', 'over']);
    expect(told[2].data).toMatchObject({ active: true, alarm: { driverId: 'lab', device: 'd1', comment: 'seen' } });
  });

  it('says nothing of a state that it knows', () => {
    const { book, told } = newBook();
    for (let i = 0; i < 3; i += 1) book.report('d1', [alarmEvent()], nobody);
    expect(told).toHaveLength(1);
  });

  it('tells of another text or severity of what is active', () => {
    const { book, told, transitions } = newBook();
    book.report('d1', [alarmEvent()], nobody);
    book.report('d1', [alarmEvent({ eventId: 'e2', message: 'level is above 90', severity: 900 })], nobody);
    expect(transitions).toEqual(['active', 'changed']);
    expect(told[1]).toMatchObject({ message: 'level is above 90: active', data: { alarm: { severity: 900 } } });
  });

  it('keeps what a silent device said last, marked as such, and lets go of what it names no more', () => {
    const { book, told } = newBook();
    book.report('d1', [alarmEvent(), alarmEvent({ conditionId: 'flow', eventId: 'f1' })], nobody);
    book.uncertain('d1', 'no answer');
    book.uncertain('d1', 'no answer');
    expect(book.alarms.map(({ current }) => current)).toEqual([false, false]);
    expect(told.filter(({ message }) => message.includes('no answer'))).toHaveLength(1);
    book.report('d1', [alarmEvent()], nobody);
    book.settle('d1');
    expect(book.alarms).toMatchObject([{ current: true, event: { conditionId: 'level' } }]);
    expect(told.at(-1)).toMatchObject({
      deviceId: 'd1',
      data: { active: false, alarm: { conditionId: 'flow', retain: false } },
    });
  });

  it('counts and tells what finds no room, and says once when there is some', () => {
    const { book, told } = newBook(10);
    const conditions = Array.from({ length: 12 }, (_, i) => alarmEvent({ conditionId: `c${i}`, eventId: `e${i}` }));
    let asked = 0;
    book.report('d1', conditions, () => (asked += 1));
    expect([book.alarms.length, book.leftOut, asked]).toEqual([10, 2, 0]);
    expect(told.filter(({ data }) => data.capacity === 10)).toHaveLength(1);
    expect(told.filter(({ data }) => data.conditionId === 'c11')).toHaveLength(1);
    for (const i of [0, 1, 2])
      book.report('d1', [alarmEvent({ conditionId: `c${i}`, eventId: `x${i}`, ...gone })], nobody);
    expect([book.alarms.length, asked]).toEqual([7, 1]);
  });

  it('counts events that were lost, and forgets a device that goes', () => {
    const { book, told } = newBook();
    book.report('d1', [alarmEvent()], nobody);
    book.missed('d1', 3);
    book.remove('d1');
    expect([book.lost, book.alarms]).toEqual([3, []]);
    expect(told.at(-1)?.data).toEqual({ lost: 3 });
  });

  it('is what the last states say, whatever comes in whatever order', () => {
    const state = fc.record({
      deviceId: fc.constantFrom('d1', 'd2'),
      conditionId: fc.constantFrom('a', 'b', 'c'),
      eventId: fc.uuid(),
      retain: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 40 }), (states) => {
        const { book } = newBook();
        const last = new Map<string, AlarmEvent>();
        for (const { deviceId, ...change } of states) {
          const event = alarmEvent(change);
          book.report(deviceId, [event], nobody);
          last.set(`${deviceId}/${event.conditionId}`, event);
        }
        const wanted = [...last].filter(([, { retain }]) => retain).map(([key, { eventId }]) => `${key} ${eventId}`);
        const kept = book.alarms.map(({ deviceId, event }) => `${deviceId}/${event.conditionId} ${event.eventId}`);
        expect(kept.toSorted()).toEqual(wanted.toSorted());
      }),
    );
  });
});

describe('what devices said before the gateway started (§18.2)', () => {
  const restored = (...events: readonly AlarmEvent[]): Observed => {
    const observed = newBook();
    for (const event of events) observed.book.restore('d1', event);
    return observed;
  };

  it('is what is known until they speak, and no news when they say the same, whatever they call it', () => {
    const { book, told, kept } = restored(alarmEvent());
    expect(book.alarms).toMatchObject([{ current: false, event: { conditionId: 'level' } }]);
    book.report('d1', [alarmEvent({ eventId: 'anew' })], nobody);
    expect(book.alarms).toMatchObject([{ current: true, event: { eventId: 'anew' } }]);
    expect([told, kept.size]).toEqual([[], 1]);
    book.report('d1', [alarmEvent({ eventId: 'later', acknowledged: true })], nobody);
    expect(told.map(({ message }) => message)).toEqual(['level is above 70: acknowledged']);
  });

  it('is news when they say something else, or nothing', () => {
    const { book, told, transitions, kept } = restored(alarmEvent(), alarmEvent({ conditionId: 'flow' }));
    book.report('d1', [alarmEvent({ eventId: 'e2', acknowledged: true })], nobody);
    book.settle('d1');
    expect(transitions).toEqual(['acknowledged', 'cleared']);
    expect(told.at(-1)).toMatchObject({ deviceId: 'd1', data: { conditionId: 'flow', active: false } });
    expect([...kept.keys()]).toEqual(['reported lab d1 level']);
  });

  it('is over with devices that are configured no more', () => {
    const { book, told } = restored(alarmEvent());
    book.configured(['d1']);
    expect(told).toEqual([]);
    book.configured(['d2']);
    expect([book.alarms, told.map(({ message }) => message)]).toEqual([
      [],
      ['level is above 70 (its device is configured no more): over'],
    ]);
  });

  it('is kept by condition, without what is of no interest any more', () => {
    const { book, kept } = newBook();
    book.report('d1', [alarmEvent(), alarmEvent({ conditionId: 'flow' })], nobody);
    book.report('d1', [alarmEvent({ eventId: 'e2', ...gone })], nobody);
    expect([...kept.values()]).toMatchObject([
      { type: 'reported', driverId: 'lab', deviceId: 'd1', event: { conditionId: 'flow' } },
    ]);
    book.remove('d1');
    expect(kept.size).toBe(0);
  });
});

describe('a row of an alarm', () => {
  it('stands a clock that says nonsense, and values that JSON does not have', () => {
    const event = alarmEvent({ atMs: Number.MAX_VALUE, value: Number.NaN });
    const row = reportedAlarm('lab', { deviceId: 'd1', event, current: true }, null);
    expect(row).toMatchObject({ at: '1970-01-01T00:00:00.000Z', value: 'NaN', comment: null });
  });
});
