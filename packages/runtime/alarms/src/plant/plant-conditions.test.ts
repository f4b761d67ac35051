import { statusCodes } from '@fieldwarden/core';
import type { AlarmActName, AlarmConditions } from '@fieldwarden/service';
import { describe, expect, it } from 'vitest';
import { MemoryTable, ObservedBook, testCondition, testVerdict } from '../testing/index.js';

const name = { driverId: null, device: null, conditionId: 'filler-hot' };

function judging(
  observed: ObservedBook,
  ...more: Partial<Parameters<typeof testCondition>[0]>[]
): AlarmConditions & Disposable {
  const conditions = observed.book.conditionsOf('alarms');
  conditions.define(more.length === 0 ? [testCondition()] : more.map((each) => testCondition(each)));
  return conditions;
}

const act = ({ book }: ObservedBook, act: AlarmActName, comment = 'why') =>
  book.act({ act, ...name, eventId: undefined, comment }, 'anna');

describe('conditions of the plant in the book (§18.1, §18.2)', () => {
  it('are rows with everything that people need, and of interest while they are open', () => {
    const observed = new ObservedBook();
    const conditions = judging(observed);
    expect(observed.book.list()).toEqual([]);
    expect(observed.book.list({ all: true })).toMatchObject([{ id: 'filler-hot', active: false, current: false }]);
    conditions.judge('filler-hot', testVerdict(true, { limitState: 'highHigh' }));
    expect(observed.book.list()).toMatchObject([
      {
        conditionId: 'filler-hot', source: 'packaging/filler/temperature', area: 'packaging/filler', priority: 'high', severity: 700, active: true,
        acknowledged: false, limitState: 'highHigh', value: 92.5, quality: 'Good', response: 'Check the cooling water', current: true,
      },
    ]); // prettier-ignore
    conditions.judge('filler-hot', testVerdict(false));
    act(observed, 'acknowledge');
    expect(observed.book.list()).toEqual([]);
  });

  it('tell each transition once, and nothing for what is as before', async () => {
    const observed = new ObservedBook();
    await observed.book.restore();
    const conditions = judging(observed);
    for (let i = 0; i < 3; i += 1) conditions.judge('filler-hot', testVerdict(true));
    act(observed, 'acknowledge', 'on my way');
    const { rows } = await observed.book.journal({ limit: 10 });
    expect(rows.map(({ transition, user, note, value }) => [transition, user, note, value])).toEqual([
      ['acknowledged', 'anna', 'on my way', 92.5],
      ['active', null, null, 92.5],
    ]);
    expect(observed.events).toHaveLength(2);
  });

  it('that were active before a restart and are so after it are no new alarm; until they are judged nobody says so', async () => {
    const table = new MemoryTable();
    const first = await ObservedBook.restored(table);
    judging(first).judge('filler-hot', testVerdict(true));
    act(first, 'acknowledge');
    await first.book.close();
    const second = await ObservedBook.restored(table);
    expect(second.book.list()).toMatchObject([{ active: true, acknowledged: true, current: false }]);
    const conditions = judging(second);
    conditions.judge('filler-hot', testVerdict(false, { frozen: true, quality: statusCodes.UncertainLastUsableValue }));
    expect(second.book.list()).toMatchObject([
      { active: true, frozen: true, quality: 'UncertainLastUsableValue', current: true },
    ]);
    conditions.judge('filler-hot', testVerdict(true));
    expect([
      second.events.filter(({ data }) => data.transition !== undefined),
      (await second.book.journal({ limit: 9 })).rows.length,
    ]).toEqual([[], 2]);
    expect(second.book.list()).toMatchObject([{ acknowledged: true, frozen: false, current: true }]);
  });

  it('go with their definition, and with a service that never comes for them; not with one that fails', async () => {
    const table = new MemoryTable();
    const first = await ObservedBook.restored(table);
    const run = judging(first, {}, { id: 'other' });
    for (const id of ['filler-hot', 'other']) run.judge(id, testVerdict(true));
    run[Symbol.dispose]();
    run.judge('other', testVerdict(false));
    expect(first.book.list()).toMatchObject([
      { current: false, active: true },
      { current: false, active: true },
    ]);
    judging(first);
    expect(first.book.list().map(({ id }) => id)).toEqual(['filler-hot']);
    await first.book.close();
    const second = await ObservedBook.restored(table);
    second.book.conditionsOf('alarms');
    await second.clock.advance(60_000);
    expect(second.book.list()).toHaveLength(1);
    await second.book.close();
    const third = await ObservedBook.restored(table);
    await third.clock.advance(60_000);
    await third.book.kept();
    expect([third.book.list(), table.onDisk.size]).toEqual([[], 0]);
  });

  it('keep their state over another definition; what its class no longer asks for nobody owes', () => {
    const observed = new ObservedBook();
    const conditions = judging(observed, {
      class: { ack: 'confirm', noteRequired: false, latching: true, audible: true },
    });
    conditions.judge('filler-hot', testVerdict(true));
    conditions.judge('filler-hot', testVerdict(false));
    expect(observed.book.list()).toMatchObject([{ latched: true, active: true }]);
    conditions.define([testCondition({ message: 'Too hot', priority: 'low' })]);
    expect(observed.book.list()).toMatchObject([
      { message: 'Too hot', severity: 300, active: false, acknowledged: false, confirmed: true },
    ]);
  });

  it('mark the first one of a group', () => {
    const observed = new ObservedBook();
    const conditions = judging(observed, { id: 'a', group: 'g' }, { id: 'b', group: 'g' }, { id: 'c' });
    for (const id of ['b', 'a', 'c']) conditions.judge(id, testVerdict(true));
    const firstOut = () =>
      observed.book
        .list()
        .filter((row) => row.firstOut)
        .map(({ id }) => id);
    expect(firstOut()).toEqual(['b']);
    for (const id of ['b', 'a']) conditions.judge(id, testVerdict(false));
    conditions.judge('a', testVerdict(true));
    expect(firstOut().toSorted()).toEqual(['a', 'b']);
    conditions.judge('b', testVerdict(true));
    expect(firstOut()).toEqual(['a']);
  });

  it('are shelved for a time by the clock, over a restart, too', async () => {
    const table = new MemoryTable();
    const first = await ObservedBook.restored(table);
    judging(first);
    expect(
      first.book.act({ act: 'shelve', ...name, eventId: undefined, comment: 'noisy', forMs: 90_000 }, 'anna'),
    ).toMatchObject({ outcome: 'done' });
    await first.book.close();
    const second = await ObservedBook.restored(table);
    judging(second);
    await second.clock.advance(89_999);
    expect(second.book.find(name)).toMatchObject({ shelved: true, shelvedOnce: false });
    await second.clock.advance(1);
    expect(second.book.find(name)).toMatchObject({ shelved: false, shelvedUntil: null });
    const { rows } = await second.book.journal({ limit: 9 });
    expect(rows.map(({ transition, user, note }) => [transition, user, note])).toEqual([
      ['unshelved', null, null],
      ['shelved', 'anna', 'noisy'],
    ]);
  });

  it('have ids that nobody else has', () => {
    const { book } = new ObservedBook();
    book.conditionsOf('alarms').define([testCondition()]);
    expect(() => book.conditionsOf('other').define([testCondition()])).toThrow('one of the service alarms');
    expect(() => book.conditionsOf('alarms').define([testCondition({ id: 'restart-storm' })])).toThrow(
      'one of the gateway',
    );
    expect(() => book.conditionsOf('alarms').judge('nobody', testVerdict(true))).toThrow('never defined');
  });

  it('leave everything as it was where an act does not apply', () => {
    const observed = new ObservedBook();
    const conditions = judging(observed);
    conditions.judge('filler-hot', testVerdict(true));
    act(observed, 'acknowledge', 'mine');
    const before = observed.book.find(name);
    expect(act(observed, 'acknowledge', 'no, mine')).toEqual({
      outcome: 'rejected',
      status: 'BadConditionBranchAlreadyAcked',
    });
    expect(observed.book.act({ act: 'comment', ...name, eventId: 'another', comment: 'x' })).toEqual({
      outcome: 'rejected',
      status: 'BadEventIdUnknown',
    });
    expect(observed.book.find(name)).toEqual(before);
  });
});
