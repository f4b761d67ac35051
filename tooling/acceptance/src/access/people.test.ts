import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionAnswer, TokenCreated, UserAnswer, ValidationAnswer } from '@fieldwarden/admin-contract';
import { messageOf } from '@fieldwarden/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpToken } from '../console/console-browser.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli } from '../processes/run-cli.js';
import { Person } from './person.js';

const password = 'tall copper kettle';

/** A driver of each area, with a tag that takes what is written. */
const driver = (area: string) => ({
  id: area,
  type: 'chaos',
  devices: [
    {
      id: 'monkey',
      tags: [{ path: `${area}/command`, address: 'command', dataType: 'string', access: 'read-write' }],
    },
  ],
});

describe('people and what they may do (§13.1 §13.2)', () => {
  let gateway: GatewayProcess;
  let admin: Person;
  let operator: Person;

  beforeAll(async () => {
    const drivers = ['packaging', 'press'].map(driver);
    gateway = await GatewayProcess.start({ version: 1, site: 'lab', opcua: { enabled: false }, drivers });
    for (const area of ['packaging', 'press']) await gateway.tagTurns(`${area}/command`, 'Good');
  });

  afterAll(() => gateway[Symbol.asyncDispose]());

  const signIn = (user: string) => Person.signIn(gateway, { user, password });

  const overUrl = async (token: string, ...args: string[]) =>
    await runCli([...args, '--url', `http://127.0.0.1:${gateway.runFile.adminPort}`], { FIELDWARDEN_TOKEN: token });

  const write = (area: string) => ['PUT', '/tags/value', { path: `${area}/command`, value: 'ok' }] as const;

  it('makes the first admin with the set-up token, which opens nothing after that', async () => {
    const first = await Person.signIn(gateway, { token: setUpToken(gateway) });
    expect((await first.ask(...write('packaging'))).body).toMatchObject({ code: 'NOT_PERMITTED' });
    const made = await first.ask('POST', '/users', { name: 'ada', password, role: 'admin' });
    expect(made).toMatchObject({ status: 200, body: { name: 'ada', role: 'admin' } });
    await expect(Person.signIn(gateway, { token: setUpToken(gateway) })).rejects.toThrow('SETUP_TOKEN_USED');
    admin = await signIn('ada');
    expect((await admin.ask('GET', '/session')).body as SessionAnswer).toMatchObject({
      name: 'ada',
      needsAdmin: false,
    });
  });

  it('adds people from the command line, with a password in a file', async () => {
    const file = join(gateway.home, 'password');
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    const add = (...args: string[]) => gateway.cliJson<UserAnswer>('users', 'add', ...args, '--password-file', file);
    expect(await add('vic', '--role', 'viewer')).toMatchObject({ name: 'vic', role: 'viewer', areas: ['**'] });
    const oli = await add('oli', '--role', 'operator', '--area', 'packaging/**');
    expect(oli).toMatchObject({ name: 'oli', role: 'operator', areas: ['packaging/**'] });
  });

  it('refuses a viewer what changes something, in five ways, and names the permission', async () => {
    const viewer = await signIn('vic');
    expect((await viewer.ask('GET', '/tags/value?path=press/command')).status).toBe(200);
    const refusals = [
      ['write', await viewer.ask(...write('press'))],
      ['operate', await viewer.ask('POST', '/drivers/press/stop')],
      ['publish', await viewer.ask('POST', '/config/publish', { message: 'why', text: 'version: 1' })],
      ['users', await viewer.ask('GET', '/users')],
    ] as const;
    for (const [permission, { status, body }] of refusals)
      expect([status, body]).toMatchObject([403, { code: 'NOT_PERMITTED', detail: detailOf('vic', permission) }]);
    const check = async (caFile: string) => {
      const mqtt = { url: 'mqtts://broker', tls: { caFile } };
      const document = { version: 1, site: 'lab', mqtt, drivers: [] };
      return (await viewer.ask('POST', '/config/validate', { document })).body as ValidationAnswer;
    };
    const told = await check('/etc/hostname');
    expect(told.findings).toMatchObject([{ rule: 'not-looked-up', severity: 'warning' }]);
    expect(await check('/etc/no-such-file')).toEqual(told);
    const { token } = await gateway.cliJson<TokenCreated>(
      'tokens',
      'create',
      'wall',
      '--role',
      'viewer',
      '--expires',
      '90d',
    );
    expect((await overUrl(token, 'tags', 'read', 'press/command')).code).toBe(0);
    const refused = await overUrl(token, 'tags', 'write', 'press/command', 'ok');
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('permission write')]);
  });

  it('lets an operator write in the own area, and nowhere else', async () => {
    operator = await signIn('oli');
    expect(await operator.ask(...write('packaging'))).toMatchObject({ status: 200, body: { outcome: 'done' } });
    const refused = await operator.ask(...write('press'));
    expect(refused).toMatchObject({ status: 403, body: { code: 'NOT_PERMITTED', outcome: 'not-sent' } });
    expect((refused.body as { detail: string }).detail).toContain('oli holds it for packaging/**');
  });

  it('lets an engineer publish, but not who comes in as what: that would make an admin of him', async () => {
    await admin.ask('POST', '/users', { name: 'eve', password, role: 'engineer' });
    const engineer = await signIn('eve');
    const running = (await engineer.ask('GET', '/config/export?format=json')).body as object;
    const publish = (who: Person, access: object) =>
      who.ask('POST', '/config/publish', { message: 'why', document: { ...running, access } });
    const oidc = { issuer: 'http://127.0.0.1:9', clientId: 'own' };
    const refused = await publish(engineer, { roles: [{ role: 'admin', groups: ['own'] }], oidc });
    const detail = 'eve may not change the section access: it takes the permission users';
    expect(refused).toMatchObject({ status: 403, body: { code: 'NOT_PERMITTED', detail } });
    const audited = { user: 'eve', action: 'publish', outcome: 'refused', reason: detail };
    expect((await admin.ask('GET', '/audit?user=eve&action=publish')).body).toMatchObject({ rows: [audited] });
    expect((await publish(admin, { sessions: { idleMinutes: 20 } })).status).toBe(200);
    expect((await publish(engineer, { sessions: { idleMinutes: 20 } })).status).toBe(200);
    expect(await engineer.ask('POST', '/config/rollback', { generation: 1 })).toMatchObject({ status: 403 });
  });

  it('lets in no wrong password, and lets who guesses wait, but nobody else', async () => {
    const attempt = (user: string, tried: string) => Person.signIn(gateway, { user, password: tried });
    await expect(attempt('oli', 'a wrong one here')).rejects.toThrow('SIGN_IN_REFUSED');
    await expect(attempt('nobody', password)).rejects.toThrow('SIGN_IN_REFUSED');
    const soon = await attempt('nobody', password).catch(messageOf);
    expect(soon).toMatch(/SIGN_IN_TOO_MANY|SIGN_IN_REFUSED/); // within a second the former
    await signIn('vic');
  });

  it('ends the session and the stream of an account that is disabled', async () => {
    const viewer = await signIn('vic');
    const { ended } = await viewer.stream();
    expect((await admin.ask('PUT', '/users/vic', { enabled: false })).status).toBe(200);
    await ended;
    expect((await viewer.ask('GET', '/status')).status).toBe(401);
    await expect(signIn('vic')).rejects.toThrow('SIGN_IN_REFUSED');
  });

  it('signs nobody out by a restart, and still knows who may do what', async () => {
    await gateway.stop();
    gateway = await GatewayProcess.launch({ home: gateway.home });
    expect(setUpIn(gateway.output)).toBe(false);
    expect((await operator.at(gateway).ask('GET', '/session')).body).toMatchObject({
      name: 'oli',
      areas: ['packaging/**'],
    });
    expect((await admin.at(gateway).ask('GET', '/users')).body).toMatchObject({
      users: [{ name: 'ada' }, { name: 'eve' }, { name: 'oli' }, { name: 'vic', enabled: false }],
    });
  });
});

function detailOf(name: string, permission: string): unknown {
  return `not for ${name}: it takes the permission ${permission}`;
}

function setUpIn(output: string): boolean {
  return output.includes('Set-up token');
}
