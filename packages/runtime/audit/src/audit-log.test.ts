import { appendFile, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { collectingLogger, FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { verifyAudit, type AuditLog } from './index.js';
import { recordRows, secretsOf, testAudit, testEntry } from './testing/index.js';

type Line = Readonly<Record<string, unknown>>;

async function linesOf(folder: string): Promise<readonly Line[]> {
  const text = await readFile(join(folder, 'audit.log'), 'utf8');
  return text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Line); // prettier-ignore
}

describe('a row of the audit (§13.4)', () => {
  it('says who, by which road, what, to what, old, new, what became of it and why, and carries the hash of the row before', async () => {
    await using home = await temporaryDirectory();
    const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1, 12) });
    const audit = testAudit(home.path, { clock });
    audit.record(testEntry({ outcome: 'rejected', reason: 'BadOutOfRange' }));
    audit.record(testEntry({ before: undefined, after: undefined }));
    await audit.settled();
    const [first, second] = await linesOf(home.path);
    expect(first).toEqual({
      seq: 1,
      at: '2030-01-01T12:00:00.000Z',
      user: 'anna',
      via: 'console',
      action: 'write',
      subject: 'packaging/filler/setpoint',
      before: 60,
      after: 80,
      outcome: 'rejected',
      reason: 'BadOutOfRange',
      correlationId: '0123456789abcdef',
      prev: '0'.repeat(64),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(second).toMatchObject({ seq: 2, before: null, after: null, reason: null, prev: first.hash });
    expect((await stat(join(home.path, 'audit.log'))).mode & 0o777).toBe(0o600);
    expect(audit.head).toEqual({ seq: 2, hash: second.hash });
    await audit[Symbol.asyncDispose]();
  });

  it('has no secret in it, in whatever field it came', async () => {
    await using home = await temporaryDirectory();
    const audit = testAudit(home.path, { redactor: secretsOf('s3cret-of-the-plant') });
    const secret = 'it is s3cret-of-the-plant';
    audit.record(
      testEntry({ user: secret, subject: secret, before: [secret], after: { deep: { secret } }, reason: secret }),
    );
    await audit[Symbol.asyncDispose]();
    const text = await readFile(join(home.path, 'audit.log'), 'utf8');
    expect(text).not.toContain('s3cret-of-the-plant');
    expect(text).toContain('***');
  });

  it('is short whatever somebody wrote, and says what was cut', async () => {
    await using home = await temporaryDirectory();
    const audit = testAudit(home.path);
    const list = Array.from({ length: 100_000 }, (_, i) => i);
    const many = Object.fromEntries(list.slice(0, 1_000).map((i) => [`field${i}`, 'y'.repeat(1_000)]));
    audit.record(testEntry({ before: 'x'.repeat(2_000_000), after: list }));
    audit.record(
      testEntry({
        user: 'u'.repeat(9_999),
        subject: 's'.repeat(99_999),
        reason: 'r'.repeat(99_999),
        before: many,
        after: [[[[[[[[1]]]]]]]],
      }),
    );
    audit.record(testEntry({ before: 12_345_678_901_234_567_890n, after: new Uint8Array(2_000) }));
    audit.record(testEntry({ before: Number.NaN, after: new Date(0) }));
    await audit[Symbol.asyncDispose]();
    const text = await readFile(join(home.path, 'audit.log'), 'utf8');
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(25_000);
    const [long, wide, exact, odd] = await linesOf(home.path);
    expect(long.before).toBe(`${'x'.repeat(500)}… (2000000 characters)`);
    expect((long.after as unknown[]).at(-1)).toBe('… 99968 more');
    expect((wide.before as Line)['…']).toBe('968 more');
    expect(exact).toMatchObject({
      before: '12345678901234567890',
      after: expect.stringMatching(/… \(2000 bytes\)$/) as string,
    });
    expect(odd).toMatchObject({ before: 'NaN', after: '1970-01-01T00:00:00.000Z' });
  });
});

describe('the chain', () => {
  it('goes on over restarts, each of which says how the run before ended', async () => {
    await using home = await temporaryDirectory();
    for (let run = 0; run < 2; run += 1) {
      const audit = testAudit(home.path);
      await audit.start({ version: '1.2.3' });
      audit.record(testEntry());
      await audit[Symbol.asyncDispose]();
    }
    const killed = testAudit(home.path);
    killed.record(testEntry());
    await killed.settled(); // and nothing more: as if it had been killed
    const last = testAudit(home.path);
    await last.start({ version: '1.2.3' });
    await last[Symbol.asyncDispose]();
    const lines = await linesOf(home.path);
    expect(lines.map(({ action }) => action)).toEqual(['start', 'write', 'stop', 'start', 'write', 'stop', 'write', 'start', 'stop']); // prettier-ignore
    expect(lines[0]).toMatchObject({ before: null, after: { version: '1.2.3' }, reason: null });
    expect(lines[3]).toMatchObject({ before: { seq: 3, action: 'stop' }, reason: null });
    expect(lines[7]).toMatchObject({ before: { seq: 7 }, reason: expect.stringContaining('killed') as string });
    expect(await verifyAudit(home.path)).toMatchObject({ ok: true, rows: 9, head: { seq: 9 } });
  });

  it('says nothing of a stop where nothing had started: such a start was refused', async () => {
    await using home = await temporaryDirectory();
    await testAudit(home.path)[Symbol.asyncDispose]();
    expect(await readdir(home.path)).toEqual([]);
  });

  it('goes on behind a last line that was half written, which is set aside, with a row that says so', async () => {
    await using home = await temporaryDirectory();
    await recordRows(home.path, 3);
    await appendFile(join(home.path, 'audit.log'), '{"seq":5,"at":"2030-');
    expect(await verifyAudit(home.path)).toMatchObject({ ok: true, message: expect.stringContaining('a piece of a row') as string }); // prettier-ignore
    await recordRows(home.path, 1);
    expect(await verifyAudit(home.path)).toMatchObject({ ok: true, rows: 7 });
    expect((await linesOf(home.path))[4]).toMatchObject({ action: 'audit', outcome: 'failed', reason: expect.stringContaining('half written') as string }); // prettier-ignore
    expect(await readFile(join(home.path, 'audit.torn'), 'utf8')).toBe('{"seq":5,"at":"2030-\n');
  });

  it('says by a row that the clock is behind the last run', async () => {
    await using home = await temporaryDirectory();
    await recordRows(home.path, 1, { clock: new FakeClock({ wallMs: Date.UTC(2030, 0, 2) }) });
    const audit = testAudit(home.path, { clock: new FakeClock({ wallMs: Date.UTC(2030, 0, 1) }) });
    await audit.start({});
    await audit.settled();
    expect((await linesOf(home.path)).at(-1)).toMatchObject({ action: 'clock', reason: 'the clock is 86400 s behind the last row of the run before' }); // prettier-ignore
    await audit[Symbol.asyncDispose]();
  });

  it('is rolled when a file is full; the oldest go, each with a row that has the hash by which the rest begins', async () => {
    await using home = await temporaryDirectory();
    await recordRows(home.path, 200, { retention: { segmentBytes: 5_000, maxSegments: 3 } });
    const verification = await verifyAudit(home.path);
    expect(verification).toMatchObject({ ok: true, flaws: [] });
    expect(verification.rows).toBeLessThan(100);
    const audit = testAudit(home.path);
    const { rows } = await audit.page({ limit: 1_000, action: 'audit' });
    expect(rows[0]).toMatchObject({ outcome: 'done', reason: 'removed: more than 3 files', user: 'gateway' });
    await audit[Symbol.asyncDispose]();
  });
});

describe('who changes the file while the gateway runs', () => {
  it.each([
    ['cuts it', async (path: string) => await truncate(path, 400)],
    ['removes it', async (path: string) => await rm(path)],
    ['appends to it', async (path: string) => await appendFile(path, 'something\n')],
  ])('%s: is found with the next row, which tells it', async (_how, change) => {
    await using home = await temporaryDirectory();
    const audit: AuditLog = testAudit(home.path, { logger: collectingLogger() });
    let damaged: string | undefined;
    audit.onTrouble((troubles) => (damaged = troubles.damaged));
    for (let i = 0; i < 5; i += 1) audit.record(testEntry());
    await audit.settled();
    await change(join(home.path, 'audit.log'));
    audit.record(testEntry());
    await audit.settled();
    expect(damaged).toContain('audit.log');
    expect((await audit.verify()).ok).toBe(false);
    const { rows } = await audit.page({ limit: 100, action: 'audit' });
    expect(rows.some(({ reason }) => reason?.includes('while the gateway ran'))).toBe(true);
    await audit[Symbol.asyncDispose]();
    expect((await verifyAudit(home.path)).ok).toBe(false);
  });
});
