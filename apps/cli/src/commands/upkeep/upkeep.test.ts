import { TestServer } from '@fieldwarden/admin-api/testing';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

describe('secrets (§13.5)', () => {
  it('are set from a file, listed by name and removed, through the gateway', async () => {
    await using server = await TestServer.start();
    writeFileSync(join(server.home, 'value'), 'hunter2\n');
    const secrets = async (...args: string[]) => await runHere(['secrets', ...args], { FIELDWARDEN_HOME: server.home });
    const set = await secrets('set', 'plc', '--value-file', join(server.home, 'value'));
    expect([set.code, server.control.upkeep.kept.get('plc')]).toEqual([0, 'hunter2']);
    expect(set.stdout).toContain('${secret:plc}');
    expect((await secrets('list')).stdout).toMatch(/^NAME .*\nplc /);
    expect([(await secrets('remove', 'plc')).code, (await secrets('remove', 'plc')).code]).toEqual([0, 1]);
  });

  it('are kept without a gateway, too: the first plant may need them', async () => {
    await using folder = await temporaryDirectory();
    writeFileSync(join(folder.path, 'value'), 'hunter2');
    const home = join(folder.path, 'home');
    const secrets = async (...args: string[]) => await runHere(['secrets', ...args, '--home', home]);
    expect((await secrets('set', 'plc', '--value-file', join(folder.path, 'value'))).code).toBe(0);
    expect(jsonOf(await secrets('list', '--json'))).toMatchObject({ secrets: [{ name: 'plc', problem: null }] });
    expect(readFileSync(join(home, 'secrets.json'), 'utf8')).not.toContain('hunter2');
    writeFileSync(join(home, 'secret.key'), Buffer.alloc(32));
    const other = await secrets('list');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('is another key')]);
    expect(await secrets('remove', 'nope')).toMatchObject({ code: 1, stderr: expect.stringContaining('no secret') as string }); // prettier-ignore
  });
});

describe('a backup (§13.5)', () => {
  it('has its name only when it was read back whole; what is no backup leaves nothing', async () => {
    await using server = await TestServer.start();
    const file = join(server.home, 'file');
    const made = await runHere(['backup', file], { FIELDWARDEN_HOME: server.home });
    expect([made.code, made.stderr]).toEqual([1, expect.stringContaining('no backup of a Fieldwarden gateway')]);
    expect(readdirSync(server.home).filter((name) => name.startsWith('file'))).toEqual([]);
    writeFileSync(file, 'there');
    expect((await runHere(['backup', file], { FIELDWARDEN_HOME: server.home })).stderr).toContain('is there already');
    expect(readFileSync(file, 'utf8')).toBe('there');
  });

  it('is shown, and staged with --yes, where a gateway runs', async () => {
    await using server = await TestServer.start();
    const file = join(server.home, 'file');
    writeFileSync(file, 'backup');
    const looked = await runHere(['restore', file], { FIELDWARDEN_HOME: server.home });
    const staged = await runHere(['restore', file, '--yes'], { FIELDWARDEN_HOME: server.home });
    expect([looked.code, looked.stdout]).toEqual([0, expect.stringContaining('Add --yes')]);
    expect([staged.code, staged.stdout]).toEqual([0, expect.stringContaining('when the gateway starts next')]);
    expect(server.control.upkeep.restored.map(({ confirmed }) => confirmed)).toEqual([false, true]);
    expect((await runHere(['restore', join(server.home, 'nope'), '--home', server.home])).stderr).toContain(
      'no such file',
    );
  });
});

it('doctor prints what is weak with its remedy, and ends with 1 as long as anything is', async () => {
  await using server = await TestServer.start();
  const env = { FIELDWARDEN_HOME: server.home };
  const weak = await runHere(['doctor'], env);
  expect([weak.code, weak.stdout]).toEqual([1, expect.stringMatching(/^! backup +no backup was ever made\n +→ make one\n✓ disk .*\n\n2 looked at: 0 to mend, 1 to see to\.\n$/)]); // prettier-ignore
  server.control.upkeep.checks = server.control.upkeep.checks.slice(1);
  const well = await runHere(['doctor', '--json'], env);
  expect([well.code, jsonOf(well)]).toMatchObject([0, { schema: 'fieldwarden/doctor@1', checks: [{ id: 'disk' }] }]);
});
