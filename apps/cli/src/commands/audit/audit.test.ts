import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditRow, TestServer } from '@fieldwarden/admin-api/testing';
import { recordRows } from '@fieldwarden/audit/testing';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf, type MainResult } from '../../testing/run-main.js';

const runIn = async (home: string, ...args: string[]): Promise<MainResult> =>
  await runHere(['audit', ...args], { FIELDWARDEN_HOME: home });

const rows = [
  auditRow({ seq: 3, outcome: 'refused', reason: 'it takes the permission write', user: 'eve' }),
  auditRow({
    seq: 2,
    action: 'publish',
    subject: 'configuration',
    before: { generation: 1 },
    after: { generation: 2 },
  }),
  auditRow({ seq: 1, user: '=cmd()', subject: 'a,"b"', after: -5, before: null }),
];

describe('audit (§13.4)', () => {
  it('shows who did what, newest first, with old and new and why not', async () => {
    await using server = await TestServer.start();
    expect((await runIn(server.home)).stdout).toBe('The audit has no such row.\n');
    server.control.audit.rows = rows;
    const { code, stdout } = await runIn(server.home);
    expect(code).toBe(0);
    const [head, first, second] = stdout.split('\n');
    expect(head).toMatch(/^ROW +AT +WHO +VIA +DID +TO +BEFORE +AFTER +OUTCOME$/);
    expect(first).toMatch(
      /^3 .* eve +console +write +packaging\/filler\/setpoint +60 +80 +refused: it takes the permission write$/,
    );
    expect(second).toContain('{"generation":2}');
    expect(jsonOf(await runIn(server.home, '--json'))).toEqual({ schema: 'fieldwarden/audit@1', rows, next: null });
  });

  it('asks for what the options say, and for as many rows as are wanted', async () => {
    await using server = await TestServer.start();
    server.control.audit.rows = Array.from({ length: 2_500 }, (_, i) => auditRow({ seq: 2_500 - i }));
    const all = ['--user', 'anna', '--path', 'packaging/**', '--action', 'write', '--outcome', 'done', '--via', 'opcua', '--from', '2030-01-01T00:00:00Z', '--to', '2030-01-02T00:00:00Z']; // prettier-ignore
    const { stdout } = await runIn(server.home, '-n', '1500', ...all, '--csv');
    expect(stdout.trim().split('\n')).toHaveLength(1_501);
    expect(server.control.audit.queries.map(({ limit }) => limit)).toEqual([1_000, 500]);
    expect(server.control.audit.queries[0]).toEqual({ user: 'anna', path: 'packaging/**', action: 'write', outcome: 'done', via: 'opcua', fromMs: Date.UTC(2030, 0, 1), toMs: Date.UTC(2030, 0, 2), limit: 1_000 }); // prettier-ignore
    expect((await runIn(server.home, '--action', 'dance')).code).toBe(2);
    expect((await runIn(server.home, '--from', 'yesterday')).code).toBe(2);
  });

  it('writes CSV in which no name becomes a formula', async () => {
    await using server = await TestServer.start();
    server.control.audit.rows = rows;
    const { stdout } = await runIn(server.home, '--csv');
    expect(stdout.split('\n')[3]).toBe(`1,2030-01-01T00:00:00.000Z,'=cmd(),console,write,"a,""b""",,-5,done,,shift-1`);
  });

  it('exports all rows into a new file of the owner alone, and overwrites none', async () => {
    await using server = await TestServer.start();
    server.control.audit.rows = Array.from({ length: 2_500 }, (_, i) => auditRow({ seq: 2_500 - i }));
    const file = join(server.home, 'rows.jsonl');
    expect((await runIn(server.home, '--export', file)).stdout).toBe(`2500 rows are in ${file}.\n`);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect([lines.length, JSON.parse(lines[0])]).toEqual([2_500, auditRow({ seq: 2_500 })]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await runIn(server.home, '--export', file);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is there already')]);
    const csv = join(server.home, 'rows.csv');
    await runIn(server.home, '--export', csv);
    expect(await readFile(csv, 'utf8')).toMatch(/^seq,at,user/);
  });
});

describe('audit --verify', () => {
  it('says what the gateway says, and ends with 1 where the audit is broken', async () => {
    await using server = await TestServer.start();
    expect(await runIn(server.home, '--verify')).toMatchObject({
      code: 0,
      stdout: 'ok  0 rows, each as it was written\n',
    });
    const flaws = [{ seq: 3, file: 'audit.log', line: 3, message: 'row 3 was changed' }];
    const verification = {
      ...server.control.audit.verification,
      ok: false,
      firstBadSeq: 3,
      flaws,
      message: 'not as written',
    };
    server.control.audit.verification = verification;
    const broken = await runIn(server.home, '--verify');
    expect(broken).toMatchObject({
      code: 1,
      stdout: 'broken  not as written\n  row 3  audit.log:3  row 3 was changed\n',
    });
    expect(jsonOf(await runIn(server.home, '--verify', '--json'))).toEqual(verification);
  });

  it('looks into the files itself where no gateway runs, and names row, file and line of a flipped byte', async () => {
    await using home = await temporaryDirectory();
    expect((await runIn(home.path, '--verify')).code).toBe(3);
    await mkdir(home.path, { recursive: true });
    await recordRows(home.path, 5);
    const good = await runIn(home.path, '--verify');
    expect(good).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok {2}6 rows, .*\nRow 6 has the hash [0-9a-f]{64}\.\n$/) as string }); // prettier-ignore
    const path = join(home.path, 'audit.log');
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, lines.with(3, lines[3].replace('anna', 'annb')).join('\n'));
    const broken = await runIn(home.path, '--verify');
    expect(broken).toMatchObject({ code: 1, stdout: expect.stringContaining('row 4  audit.log:4  row 4 was changed') as string }); // prettier-ignore
    expect(jsonOf(await runIn(home.path, '--verify', '--json'))).toMatchObject({ ok: false, firstBadSeq: 4 });
  });
});
