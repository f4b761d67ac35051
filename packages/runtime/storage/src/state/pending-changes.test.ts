import { describe, expect, it } from 'vitest';
import { PendingChanges, type Change } from './pending-changes.js';
import { storedKey } from './state-record.js';

const change = (key: string, bytes?: number): Change => ({
  table: 'a',
  key,
  storedKey: storedKey('a', key),
  content: bytes === undefined ? undefined : Buffer.alloc(bytes),
});

describe('changes that are not on disk yet', () => {
  it('are of each record the latest', () => {
    const pending = new PendingChanges(10_000);
    const [first, second, gone] = [change('x', 10), change('x', 20), change('y')];
    for (const each of [first, second, gone]) expect(pending.add(each)).toBe(true);
    expect([pending.get('a', 'x'), pending.all(), [...pending.ofTable('b')]]).toEqual([second, [second, gone], []]);
  });

  it('stay when they came while what was before them was written', () => {
    const pending = new PendingChanges(10_000);
    pending.add(change('x', 10));
    pending.add(change('y', 10));
    const begun = pending.all();
    pending.add(change('x', 500));
    pending.written(begun);
    expect(pending.all()).toEqual([change('x', 500)]);
    pending.written(pending.all());
    expect([pending.isEmpty, pending.bytes]).toEqual([true, 0]);
  });

  it('are refused beyond the bound, but never one that takes no more than what it replaces', () => {
    const pending = new PendingChanges(1_000);
    expect([pending.add(change('x', 700)), pending.add(change('y', 1))]).toEqual([true, false]);
    expect([pending.add(change('x', 900)), pending.get('a', 'x')?.content?.length]).toEqual([false, 700]);
    expect([pending.add(change('x', 300)), pending.add(change('y', 1))]).toEqual([true, true]);
  });
});
