import { TestServer } from '@fieldwarden/admin-api/testing';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

describe('tokens (§13)', () => {
  it('are made, shown once on standard output, listed and revoked', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const tokens = async (...args: string[]) => await runHere(['tokens', ...args], { FIELDWARDEN_HOME: server.home });
    const made = await tokens('create', 'scada');
    expect([made.code, server.tokens.verify(made.stdout.trim())?.name]).toEqual([0, 'scada']);
    expect(made.stderr).toContain('shown only this once');
    expect(made.stderr).toMatch(
      /Its role is viewer\. It does not end by itself\.\nNo role was given, so it only looks\./,
    );
    const url = `http://127.0.0.1:${server.port}`;
    expect((await runHere(['status', '--url', url], { FIELDWARDEN_TOKEN: made.stdout.trim() })).code).toBe(0);
    expect((await tokens('list')).stdout).toMatch(/^NAME .*\nscada +viewer .* 0 +never +opens the Admin API\n$/);
    expect((await tokens('create', 'scada')).code).toBe(1);
    expect((await tokens('revoke', 'scada')).stdout).toBe(
      'The token scada opens nothing any more; 0 sessions ended with it.\n',
    );
    expect(server.tokens.verify(made.stdout.trim())).toBeUndefined();
    expect(await tokens('revoke', 'scada')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tokens list') as string,
    });
    expect(jsonOf(await tokens('list', '--json'))).toEqual({ schema: 'fieldwarden/tokens@1', tokens: [] });
  });

  it('are for admins, also of those who come from elsewhere; others are told which permission it takes: 4', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const list = async (role: 'admin' | 'engineer') => {
      const env = { FIELDWARDEN_TOKEN: await server.tokens.create({ name: role, role }) };
      return await runHere(['tokens', 'list', '--url', `http://127.0.0.1:${server.port}`], env);
    };
    expect((await list('admin')).code).toBe(0);
    const { code, stderr } = await list('engineer');
    expect([code, stderr]).toEqual([4, expect.stringContaining('the permission users')]);
  });

  it('are made with a role, areas and an end', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const create = async (...args: string[]) =>
      await runHere(['tokens', 'create', ...args], { FIELDWARDEN_HOME: server.home });
    const made = await create('line', '--role', 'operator', '--area', 'packaging/**', 'press/**', '--expires', '90d');
    expect(made.stderr).not.toContain('No role was given');
    expect((await runHere(['tokens', 'list'], { FIELDWARDEN_HOME: server.home })).stdout).toMatch(
      / 0 +\d{4}-\S+ \S+ +opens the Admin API\n$/,
    );
    expect(made.stderr).toMatch(/Its role is operator, in packaging\/\*\* press\/\*\*\. It ends at \d{4}-/);
    const [{ expiresAt }] = await server.tokens.list();
    expect(Math.round((Date.parse(expiresAt!) - Date.now()) / 86_400_000)).toBe(90);
    expect((await create('a', '--expires', 'soon')).code).toBe(2);
    expect((await create('a', '--role', 'king')).code).toBe(2);
  });
});
