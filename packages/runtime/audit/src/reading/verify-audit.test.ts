import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordRows, testAudit, testEntry } from '../testing/index.js';
import { segmentsOf } from '../files/segments.js';
import { verifyAudit, type AuditVerification } from './verify-audit.js';

const rows = 20;

/** The audit of 20 writes and a planned stop, after somebody did something to its lines. */
async function afterChange(change: (lines: string[]) => string[]): Promise<AuditVerification> {
  await using home = await temporaryDirectory();
  await recordRows(home.path, rows);
  const path = join(home.path, 'audit.log');
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  await writeFile(path, change(lines).map((line) => `${line}\n`).join('')); // prettier-ignore
  return await verifyAudit(home.path);
}

describe('a check of the audit (§13.4) finds, with its row', () => {
  it('nothing where nothing was changed', async () => {
    expect(await afterChange((lines) => lines)).toMatchObject({ ok: true, rows: 21, head: { seq: 21 }, flaws: [] });
  });

  it.each([1, 7, 21])('row %d removed', async (seq) => {
    const { ok, flaws } = await afterChange((lines) => lines.filter((_, i) => i !== seq - 1));
    expect(ok).toBe(false);
    expect(flaws[0]).toMatchObject({ seq, file: 'audit.log' });
  });

  it('several rows at the end removed, by the hash that is kept beside the audit', async () => {
    const { flaws, message } = await afterChange((lines) => lines.slice(0, 15));
    expect(flaws).toEqual([{ seq: 16, file: 'audit.log', line: null, message: 'rows 16 to 21 are missing at the end of audit.log' }]); // prettier-ignore
    expect(message).toContain('rows 16 to 21 are missing');
  });

  it('all rows removed', async () => {
    expect((await afterChange(() => [])).flaws[0]).toMatchObject({ seq: 1 });
  });

  it('a row put in: a copy, one made up, one that is none', async () => {
    const copied = await afterChange((lines) => lines.toSpliced(10, 0, lines[2]));
    expect(copied.flaws).toEqual([expect.objectContaining({ seq: 3, line: 11 })]);
    const madeUp = (line: string): string => line.replace('"seq":11', '"seq":12');
    expect((await afterChange((lines) => lines.toSpliced(11, 0, madeUp(lines[10])))).flaws[0]).toMatchObject({ seq: 12, line: 12 }); // prettier-ignore
    expect((await afterChange((lines) => lines.toSpliced(5, 0, 'nothing'))).flaws).toEqual([expect.objectContaining({ seq: 6, line: 6 })]); // prettier-ignore
  });

  it('two rows swapped', async () => {
    const { flaws } = await afterChange((lines) => lines.with(4, lines[5]).with(5, lines[4]));
    expect(flaws[0]).toMatchObject({ seq: 5, line: 5 });
  });

  it('a row changed and hashed anew', async () => {
    await using home = await temporaryDirectory();
    await using other = await temporaryDirectory();
    await recordRows(home.path, rows);
    await recordRows(other.path, rows);
    const [own, foreign] = await Promise.all([home, other].map(async ({ path }) => (await readFile(join(path, 'audit.log'), 'utf8')).split('\n'))); // prettier-ignore
    await writeFile(join(home.path, 'audit.log'), own.with(8, foreign[8]).join('\n'));
    const { flaws } = await verifyAudit(home.path);
    expect(flaws[0]).toMatchObject({ seq: 9 });
  });

  it('a whole audit put in its place that is a chain in itself', async () => {
    await using home = await temporaryDirectory();
    await using other = await temporaryDirectory();
    await recordRows(home.path, rows);
    await recordRows(other.path, rows + 5);
    await writeFile(join(home.path, 'audit.log'), await readFile(join(other.path, 'audit.log')));
    expect((await verifyAudit(home.path)).flaws[0]).toMatchObject({ seq: 21, message: expect.stringContaining('not the one that was written') as string }); // prettier-ignore
  });

  it('an older file removed, in the middle or at the beginning', async () => {
    for (const index of [0, 2]) {
      await using home = await temporaryDirectory();
      await recordRows(home.path, 100, { retention: { segmentBytes: 5_000 } });
      const audit = testAudit(home.path);
      const names = await oldNames(home.path);
      await rm(join(home.path, names[index]));
      const first = Number(/\d+/.exec(names[index])![0]);
      expect((await audit.verify()).flaws[0]).toMatchObject({ seq: first });
      await audit[Symbol.asyncDispose]();
    }
  });

  it('any one byte that is flipped, and names its row or the one behind it', async () => {
    await using home = await temporaryDirectory();
    await recordRows(home.path, rows);
    const path = join(home.path, 'audit.log');
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const bytes = Buffer.from(whole);
        bytes[at] ^= mask;
        await writeFile(path, bytes);
        const { ok, flaws } = await verifyAudit(home.path);
        const seq = whole.subarray(0, at).toString('latin1').split('\n').length;
        expect(ok).toBe(false);
        expect([seq, seq + 1]).toContain(flaws[0].seq);
      }),
      { numRuns: 300 },
    );
  });
});

it('a flaw of long ago hides no later one', async () => {
  const { flaws } = await afterChange((lines) =>
    lines.map((line, i) => (i === 3 || i === 12 ? line.replace('anna', 'otto') : line)),
  );
  expect(flaws.map(({ seq }) => seq)).toEqual([4, 13]);
});

it('rows that were cut off stay missing: the chain goes on behind them, and says so', async () => {
  await using home = await temporaryDirectory();
  await recordRows(home.path, rows);
  const path = join(home.path, 'audit.log');
  const lines = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, `${lines.slice(0, 15).join('\n')}\n`);
  await recordRows(home.path, 2);
  const { flaws } = await verifyAudit(home.path);
  expect(flaws).toEqual([expect.objectContaining({ seq: 16, line: 16 })]);
  const audit = testAudit(home.path);
  const told = await audit.page({ limit: 10, action: 'audit' });
  expect(told.rows[0].reason).toBe('rows 16 to 21, which had been written, are missing at the end of audit.log');
  await audit[Symbol.asyncDispose]();
});

it('a check beside a writer that goes on finds nothing', async () => {
  await using home = await temporaryDirectory();
  await using audit = testAudit(home.path, { retention: { segmentBytes: 20_000, maxSegments: 3 } });
  for (let round = 0; round < 30; round += 1) {
    for (let i = 0; i < 20; i += 1) audit.record(testEntry({ after: i }));
    const verification = audit.verify();
    for (let i = 0; i < 20; i += 1) audit.record(testEntry({ after: i }));
    expect(await verification).toMatchObject({ ok: true });
  }
});

async function oldNames(folder: string): Promise<readonly string[]> {
  return (await segmentsOf(folder)).filter(({ firstSeq }) => firstSeq !== null).map(({ name }) => name);
}
