import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { recordRows } from '../testing/index.js';
import { glanceAtAudit, type AuditGlance } from './glance-at-audit.js';

/** The audit of 20 writes and a planned stop, after somebody did something to its lines. */
async function afterChange(
  change: (lines: string[]) => string[],
  { atLeastBytes }: { readonly atLeastBytes?: number } = {},
): Promise<AuditGlance> {
  await using home = await temporaryDirectory();
  await recordRows(home.path, 20);
  const path = join(home.path, 'audit.log');
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  await writeFile(path, change(lines).map((line) => `${line}\n`).join('')); // prettier-ignore
  return await glanceAtAudit(home.path, atLeastBytes);
}

describe('a glance at the audit (§13.4)', () => {
  it('finds nothing where nothing was changed, or nothing was ever written', async () => {
    expect(await afterChange((lines) => lines)).toMatchObject({ ok: true, rows: 21 });
    await using empty = await temporaryDirectory();
    expect(await glanceAtAudit(empty.path)).toMatchObject({ ok: true, rows: 0 });
  });

  it.each([
    ['one byte', (lines: string[]) => lines.with(18, lines[18].replace('anna', 'anno')), 'row 19 was changed'],
    ['a row that is gone', (lines: string[]) => lines.toSpliced(18, 1), 'row 20 does not follow on row 18'],
    ['rows cut off at the end', (lines: string[]) => lines.slice(0, 15), 'rows 16 to 21 are missing at the end'],
    ['everything cut off', () => [], 'rows 1 to 21 are missing'],
    [
      'a line that is no row',
      (lines: string[]) => lines.toSpliced(18, 0, 'nothing'),
      'the line before row 19 is no row',
    ],
  ])('finds %s', async (_, change, message) => {
    const glance = await afterChange(change);
    expect(glance.ok).toBe(false);
    expect(glance.message).toContain(message);
  });

  it('looks at the newest alone, and over the border of two files', async () => {
    await using home = await temporaryDirectory();
    await recordRows(home.path, 5);
    await rename(join(home.path, 'audit.log'), join(home.path, 'audit-1.log'));
    await recordRows(home.path, 5);
    expect(await glanceAtAudit(home.path)).toMatchObject({ ok: true, rows: 12 });
    expect(await glanceAtAudit(home.path, 1)).toMatchObject({ ok: true, rows: 6 });
    await rm(join(home.path, 'audit-1.log'));
    await writeFile(join(home.path, 'audit-1.log'), 'nothing\n');
    expect(await glanceAtAudit(home.path)).toMatchObject({ ok: false });
  });
});
