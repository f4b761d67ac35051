import type { AlarmEvent } from '@fieldwarden/driver';
import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlarmBook } from './alarm-book.js';
import { AlarmNews } from './alarm-news.js';
import { alarmRow } from './alarm-row.js';
import { alarmEvent } from '../testing/alarm-events.js';

interface Told {
  readonly message: string;
  readonly deviceId: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

function newBook(capacity?: number): { book: AlarmBook; told: Told[] } {
  const told: Told[] = [];
  const news = { tell: (message: string, deviceId: string | undefined, data: Told['data']) => void told.push({ message, deviceId, data }) }; // prettier-ignore
  return { book: new AlarmBook({ driverId: 'lab', news, ...(capacity !== undefined && { capacity }) }), told };
}

const nobody = (): void => undefined;
const gone = { active: false, acknowledged: true, retain: false };

describe('the book of alarms (§2)', () => {
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
    expect(told.at(-1)).toMatchObject({ deviceId: 'd1', data: { active: false, alarm: { conditionId: 'flow', retain: false } } }); // prettier-ignore
  });

  it('counts and tells what finds no room, and says once when there is some', () => {
    const { book, told } = newBook(10);
    const conditions = Array.from({ length: 12 }, (_, i) => alarmEvent({ conditionId: `c${i}`, eventId: `e${i}` }));
    let asked = 0;
    book.report('d1', conditions, () => (asked += 1));
    expect([book.alarms.length, book.leftOut, asked]).toEqual([10, 2, 0]);
    expect(told.filter(({ data }) => data.capacity === 10)).toHaveLength(1);
    expect(told.filter(({ data }) => data.conditionId === 'c11')).toHaveLength(1);
    for (const i of [0, 1, 2]) book.report('d1', [alarmEvent({ conditionId: `c${i}`, eventId: `x${i}`, ...gone })], nobody); // prettier-ignore
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

describe('a row of an alarm', () => {
  it('stands a clock that says nonsense, and values that JSON does not have', () => {
    const event = alarmEvent({ atMs: Number.MAX_VALUE, value: Number.NaN });
    const row = alarmRow('lab', { deviceId: 'd1', event, current: true });
    expect(row).toMatchObject({ at: '1970-01-01T00:00:00.000Z', value: 'NaN', comment: null });
  });
});

describe('a shower of alarms (§2)', () => {
  it('is told in one event beyond a hundred in a second, with their number', async () => {
    const clock = new FakeClock();
    const told: string[] = [];
    using news = new AlarmNews({ clock, tell: (message) => void told.push(message) });
    for (let i = 0; i < 130; i += 1) news.tell(`alarm ${i}`, 'd1', {});
    expect(told).toHaveLength(100);
    await clock.advance(1_000);
    expect(told.at(-1)).toMatch(/^30 more changes/);
    news.tell('the next', 'd1', {});
    await clock.advance(5_000);
    expect(told.slice(101)).toEqual(['the next']);
  });
});
