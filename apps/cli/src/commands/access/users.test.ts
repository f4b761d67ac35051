import { userInfo } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestServer, testPassword } from '@fieldwarden/admin-api/testing';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

describe('users (§13)', () => {
  it('are added with a password from a file, the terminal or standard input, listed, disabled and removed', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const env = { FIELDWARDEN_HOME: server.home };
    const users = async (...args: string[]) => await runHere(['users', ...args], env);
    expect((await users('list')).stdout).toContain('users add NAME --role admin');
    const file = join(server.home, 'password');
    await writeFile(file, `${testPassword}\n`);
    expect((await users('add', 'ada', '--role', 'admin', '--password-file', file)).stdout).toBe(
      'The account ada was made: admin.\n',
    );
    const typed = await runHere(
      ['users', 'add', 'eve', '--role', 'operator', '--area', 'packaging/**'],
      env,
      'some other kettle',
    );
    expect(typed).toMatchObject({
      code: 0,
      stdout: 'The account eve was made: operator, in packaging/**.\n',
      stderr: 'Password of eve: Once more: ',
    });
    const piped = await runHere(['users', 'passwd', 'eve'], env, undefined, 'a third kettle, too\nmore');
    expect(piped.stdout).toBe('The account eve has another password; its sessions ended.\n');
    await expect(
      server.access.desk.signIn({
        user: 'eve',
        password: 'a third kettle, too',
        from: '',
        via: 'rest',
        correlationId: 'c',
      }),
    ).resolves.toMatchObject({ name: 'eve' });
    const thumbprint = 'A'.repeat(40);
    expect((await users('change', 'eve', '--role', 'viewer', '--certificate', thumbprint)).stdout).toBe(
      `The account eve is viewer, in packaging/**; certificates: ${thumbprint}.\n`,
    );
    expect(
      (await users('change', 'eve', '--role', 'operator', '--area', 'mixing/**', '--certificate', 'none')).stdout,
    ).toBe('The account eve is operator, in mixing/**.\n');
    expect((await users('change', 'eve')).code).toBe(2);
    expect((await users('change', 'eve', '--area', 'packaging/**')).code).toBe(0);
    expect((await users('disable', 'eve')).stdout).toContain('nowhere');
    expect((await users('list')).stdout).toMatch(
      /^NAME .*\nada +admin +\*\* +enabled .*never\neve +operator +packaging\/\*\* +disabled /,
    );
    expect((await users('enable', 'eve')).code).toBe(0);
    expect((await users('totp-off', 'eve')).stdout).toContain('password alone');
    expect(await users('remove', 'eve')).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') as string });
    expect(jsonOf(await users('remove', 'eve', '--yes', '--json'))).toMatchObject({
      schema: 'fieldwarden/user-removed@1',
      name: 'eve',
    });
    expect((await users('remove', 'ada', '--yes')).stderr).toContain('Nobody but ada is an admin');
  });

  it('get no password that is short, empty or typed differently', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const env = { FIELDWARDEN_HOME: server.home };
    const add = ['users', 'add', 'ada', '--role', 'admin'];
    expect(await runHere(add, env, 'short')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('12 characters') as string,
    });
    expect(await runHere(add, env, undefined, '\n')).toMatchObject({ code: 2 });
    expect(await runHere([...add, '--password-file', '/none/such'], env)).toMatchObject({ code: 2 });
    expect((await runHere(['users', 'add', 'ada'], env, testPassword)).code).toBe(2);
    expect(await server.accounts.list()).toEqual([]);
  });

  it('are known to the gateway by who left a file, over its socket', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    await runHere(['config', 'rollback', '1'], { FIELDWARDEN_HOME: server.home });
    expect(server.control.config.rows.at(-1)?.author).toBe(userInfo().username);
  });
});

describe('sessions (§13)', () => {
  it('are listed and ended; over --url by an admin alone', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const id = await server.access.sessions.create({ source: 'token', name: 'wall' }, '10.0.0.7');
    const token = await server.tokens.create({ name: 'wall', role: 'viewer' });
    const sessions = async (...args: string[]) =>
      await runHere(['sessions', ...args], { FIELDWARDEN_HOME: server.home });
    const { stdout } = await sessions('list');
    expect(stdout).toMatch(/^ID .*\n[0-9a-f]{16} +wall +10\.0\.0\.7 /);
    const viewer = await runHere(['sessions', 'list', '--url', `http://127.0.0.1:${server.port}`], {
      FIELDWARDEN_TOKEN: token,
    });
    expect(viewer).toMatchObject({ code: 4, stderr: expect.stringContaining('the permission users') as string });
    expect((await sessions('end', stdout.split('\n')[1].split(' ')[0])).stdout).toBe(
      'The session of wall has ended.\n',
    );
    expect(server.access.sessions.use(id)).toBeUndefined();
    expect((await sessions('end', 'x')).code).toBe(1);
  });
});
