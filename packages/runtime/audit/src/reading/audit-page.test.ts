import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditLog } from '../index.js';
import { testAudit, testEntry } from '../testing/index.js';
import type { AuditFilter } from './audit-page.js';

async function allOf(audit: AuditLog, limit: number, filter: AuditFilter = {}): Promise<readonly number[]> {
  const seqs: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await audit.page({ ...filter, limit, ...(cursor !== '' && { cursor }) });
    seqs.push(...page.rows.map(({ seq }) => seq));
    cursor = page.next;
  }
  return seqs;
}

describe('pages of the audit (§13.4)', () => {
  it('have every row once, newest first, over all files, whatever the size of a page and of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 500, max: 20_000 }),
        async (lengths, limit, segmentBytes) => {
          await using home = await temporaryDirectory();
          await using audit = testAudit(home.path, { retention: { segmentBytes, maxSegments: 1_000 } });
          for (const [i, length] of lengths.entries()) {
            audit.record(testEntry({ after: 'ä'.repeat(length) }));
            if (i % 4 === 0) await audit.settled();
          }
          expect(await allOf(audit, limit)).toEqual(lengths.map((_, i) => lengths.length - i));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('go on where they were while rows are added and files are rolled', async () => {
    await using home = await temporaryDirectory();
    await using audit = testAudit(home.path, { retention: { segmentBytes: 3_000 } });
    const record = (count: number): void => {
      for (let i = 0; i < count; i += 1) audit.record(testEntry());
    };
    record(10);
    const first = await audit.page({ limit: 4 });
    record(30);
    await audit.settled();
    record(30);
    const second = await audit.page({ limit: 100, cursor: first.next! });
    expect([...first.rows, ...second.rows].map(({ seq }) => seq)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('have the rows that were asked for: by person, road, verb, outcome, subject or glob, and time', async () => {
    await using home = await temporaryDirectory();
    const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
    await using audit = testAudit(home.path, { clock });
    const entries = [
      testEntry(),
      testEntry({ user: 'otto', subject: 'packaging/press/force' }),
      testEntry({ action: 'act', subject: 'packaging', via: 'rest' }),
      testEntry({ outcome: 'refused', subject: 'mixing/speed', user: 'jane (uid 1000)' }),
    ];
    for (const entry of entries) {
      audit.record(entry);
      clock.stall(60_000);
    }
    const at = (minute: number): number => Date.UTC(2030, 0, 1, 0, minute);
    expect(await allOf(audit, 10, { user: 'otto' })).toEqual([2]);
    expect(await allOf(audit, 10, { user: 'jane' })).toEqual([4]);
    expect(await allOf(audit, 10, { path: 'packaging/**' })).toEqual([2, 1]);
    expect(await allOf(audit, 10, { path: 'packaging' })).toEqual([3]);
    expect(await allOf(audit, 10, { action: 'act' })).toEqual([3]);
    expect(await allOf(audit, 10, { via: 'console', outcome: 'refused' })).toEqual([4]);
    expect(await allOf(audit, 10, { fromMs: at(1), toMs: at(3) })).toEqual([3, 2]);
    await expect(audit.page({ limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'AUDIT_CURSOR', kind: 'config' });
    expect((await audit.page({ limit: 5, cursor: '1.300' })).rows.length).toBeLessThan(2);
  });

  it('leave out what is no row', async () => {
    await using home = await temporaryDirectory();
    await using audit = testAudit(home.path);
    audit.record(testEntry());
    await audit.settled();
    await appendFile(join(home.path, 'audit.log'), 'nothing\n');
    audit.record(testEntry());
    expect(await allOf(audit, 10, { action: 'write' })).toHaveLength(2);
  });
});
