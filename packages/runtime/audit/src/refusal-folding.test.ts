import type { AuditEntry } from '@fieldwarden/gateway-contract';
import { FakeClock } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { RefusalFolding } from './refusal-folding.js';
import { testEntry } from './testing/index.js';

const refused = (subject: string, user = 'eve'): AuditEntry =>
  testEntry({ user, subject, outcome: 'refused', reason: 'it takes the permission write' });

describe('refused acts (§13.4)', () => {
  let clock: FakeClock;
  let counted: AuditEntry[];
  let folding: RefusalFolding;

  beforeEach(() => {
    clock = new FakeClock();
    counted = [];
    folding = new RefusalFolding(clock, (entry) => void counted.push(entry), {
      periodMs: 60_000,
      perSubject: 3,
      perUser: 5,
      all: 8,
    });
  });

  const admitted = (entries: readonly AuditEntry[]): number => entries.filter((entry) => folding.admit(entry)).length;
  const many = (count: number, entry: (i: number) => AuditEntry): readonly AuditEntry[] =>
    Array.from({ length: count }, (_, i) => entry(i));

  it('of one person on one subject have three rows a minute, and one that counts the rest', async () => {
    expect(admitted(many(1_000, () => refused('a')))).toBe(3);
    await clock.advance(59_999);
    expect(counted).toEqual([]);
    await clock.advance(1);
    expect(counted).toEqual([
      { ...refused('a'), before: null, after: { more: 997 }, reason: expect.stringMatching(/^997 more refused like this one/) as string }, // prettier-ignore
    ]);
    expect(admitted(many(10, () => refused('a')))).toBe(3);
  });

  it('of one person on many subjects are bounded, and others have theirs all the same', () => {
    expect(admitted(many(100, (i) => refused(`tag ${i}`)))).toBe(5);
    expect(admitted([refused('a', 'otto')])).toBe(1);
    folding.flush();
    expect(counted).toMatchObject([{ user: 'eve', after: { more: 95 } }]);
  });

  it('of many made-up people are bounded, too', () => {
    expect(admitted(many(100, (i) => refused('a', `user ${i}`)))).toBe(8);
    folding.flush();
    expect(counted.map(({ after }) => after)).toEqual([{ more: 92 }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('that the device was not asked for are folded by subject only; what was done never is', () => {
    expect(admitted(many(100, (i) => testEntry({ subject: `tag ${i}`, outcome: 'not-sent' })))).toBe(100);
    expect(admitted(many(100, () => testEntry({ outcome: 'not-sent' })))).toBe(3);
    expect(admitted(many(100, () => testEntry({ outcome: 'done' })))).toBe(100);
    expect(admitted(many(100, () => testEntry({ outcome: 'unknown' })))).toBe(100);
  });
});
