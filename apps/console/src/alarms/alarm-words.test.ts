import type { AlarmRow } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { actsOn, needsNote } from './alarm-acts.js';
import { alarmConcerns } from './alarm-concerns.js';
import { filteredAlarms, isOpen, openAlarms, stateLook } from './alarm-words.js';

const alarm = (over: Partial<AlarmRow> = {}): AlarmRow => ({
  id: 'filler-hot', driverId: null, device: null, conditionId: 'filler-hot', eventId: 'e1', source: 'packaging/filler/temperature',
  message: 'Filler is hot', severity: 700, priority: 'high', area: 'packaging/filler', retain: true, current: true,
  at: '2030-01-01T00:00:00.000Z', value: 81, quality: 'Good', comment: null, response: null, ack: 'single', noteRequired: false,
  audible: false, firstOut: false, enabled: true, active: true, acknowledged: false, confirmed: true, suppressed: false,
  outOfService: false, shelved: false, shelvedUntil: null, shelvedOnce: false, latched: false, limitState: 'high', frozen: false,
  repeats: 0, ...over,
}); // prettier-ignore

const over = { active: false };
const seen = { acknowledged: true };

describe('the state of an alarm in words (§18.2)', () => {
  it.each([
    [{}, 'active, not seen'],
    [seen, 'active, seen'],
    [over, 'over, not seen'],
    [{ ...over, ...seen, confirmed: false }, 'over, not confirmed'],
    [{ ...over, ...seen, retain: false }, 'normal'],
    [{ latched: true, ...seen }, 'latched until reset'],
    [{ shelved: true }, 'shelved'],
    [{ suppressed: true }, 'suppressed'],
    [{ outOfService: true, shelved: true }, 'out of service'],
    [{ enabled: false }, 'disabled'],
  ])('%j is %s', (change, word) => expect(stateLook(alarm(change)).word).toBe(word));

  it('is open while somebody has to look, and not while it is set aside', () => {
    expect([{}, over, { ...over, ...seen, retain: false }, { shelved: true }, { suppressed: true }].map((change) => isOpen(alarm(change)))).toEqual([
      true, true, false, false, false,
    ]); // prettier-ignore
  });

  it('counts in the header with the tone of the worst that nobody has seen', () => {
    expect(openAlarms([])).toBeNull();
    expect(openAlarms([alarm(seen)])).toMatchObject({ count: 1, unseen: 0, tone: 'warning', word: '1 alarm' });
    expect(openAlarms([alarm(), alarm({ priority: 'low', severity: 300 })])).toMatchObject({
      count: 2,
      unseen: 2,
      tone: 'fault',
    });
    expect(openAlarms([alarm({ priority: 'low', severity: 300 })])).toMatchObject({ tone: 'warning' });
  });
});

describe('the list of alarms', () => {
  const rows = [
    alarm({ id: 'a', message: 'low one', severity: 300, priority: 'low' }),
    alarm({ id: 'b', message: 'gone', ...over }),
    alarm({ id: 'c', message: 'worst', severity: 900, priority: 'critical' }),
    alarm({ id: 'd', message: 'shelf', shelved: true }),
  ];
  const none = { text: '', priority: '' };

  it('has the most urgent first, active ones before those that are over', () => {
    expect(filteredAlarms(rows, { ...none, view: 'open' }).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });

  it('has what was set aside apart, and is filtered by words and priority', () => {
    expect(filteredAlarms(rows, { ...none, view: 'aside' }).map(({ id }) => id)).toEqual(['d']);
    expect(filteredAlarms(rows, { view: 'all', text: 'WORST packaging', priority: '' })).toHaveLength(1);
    expect(filteredAlarms(rows, { view: 'all', text: '', priority: 'low' })).toHaveLength(1);
  });
});

describe('what can be done about an alarm (§18.5)', () => {
  it.each([
    [{}, ['acknowledge', 'shelve', 'comment']],
    [seen, ['shelve', 'comment']],
    [{ ...seen, ...over, confirmed: false }, ['confirm', 'shelve', 'comment']],
    [{ ...seen, latched: true }, ['reset', 'shelve', 'comment']],
    [{ shelved: true, ...seen }, ['unshelve', 'comment']],
    [{ device: 'filler', driverId: 'opc' }, ['acknowledge', 'comment']],
  ])('%j: %j', (change, acts) => expect(actsOn(alarm(change))).toEqual(acts));

  it('takes a note for the shelf, for a comment, and where the class wants one', () => {
    expect((['acknowledge', 'shelve', 'comment', 'unshelve'] as const).map((act) => needsNote(act, alarm()))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(needsNote('acknowledge', alarm({ noteRequired: true }))).toBe(true);
  });
});

describe('alarms among what needs attention (§19.4)', () => {
  it('are those of the process that are open, the most urgent first, with what to do', () => {
    const rows = [
      alarm({ id: 'low', conditionId: 'low', severity: 300, priority: 'low', response: 'Call the shift' }),
      alarm(),
      alarm({ conditionId: 'off-scan/filler', source: '' }),
      alarm({ conditionId: 'shelf', shelved: true }),
    ];
    expect(alarmConcerns(rows)).toMatchObject([
      {
        key: 'alarm //filler-hot',
        tone: 'fault',
        what: 'Filler is hot',
        why: 'packaging/filler/temperature read 81; active, not seen.',
      },
      { key: 'alarm //low', tone: 'warning', next: 'Call the shift', link: '/alarms' },
    ]);
  });

  it('are at most five by name: the rest is a number', () => {
    const rows = Array.from({ length: 8 }, (_none, i) => alarm({ conditionId: `a${i}` }));
    expect(
      alarmConcerns(rows)
        .map(({ what }) => what)
        .slice(4),
    ).toEqual(['Filler is hot', '3 more alarms are open']);
  });
});
