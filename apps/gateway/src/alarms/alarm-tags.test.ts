import { ObservedBook } from '@fieldwarden/alarms/testing';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { AlarmTags } from './alarm-tags.js';

it('counts of alarms are tags, a second after a change, and go down with the time (§18.3)', async () => {
  const { book, clock } = new ObservedBook();
  const store = new TagStore(clock, collectingLogger());
  using _ = new AlarmTags({ store, clock, alarms: book });
  const shown = (name: string): unknown => store.value(store.handleOf(`_system/alarms/${name}`)!);
  expect([shown('active'), shown('flood')]).toEqual([0, false]);
  for (let i = 0; i < 11; i += 1)
    book.raise({ conditionId: 'off-scan', subject: { driverId: 'press', device: `d${i}` } });
  await clock.advance(999);
  expect(shown('active')).toBe(0);
  await clock.advance(1);
  expect(['active', 'medium', 'unacknowledged', 'activationsPer10Min', 'flood'].map(shown)).toEqual([
    11,
    11,
    11,
    11,
    true,
  ]);
  await clock.advance(11 * 60_000);
  expect(['active', 'activationsPer10Min', 'flood'].map(shown)).toEqual([11, 0, false]);
});
