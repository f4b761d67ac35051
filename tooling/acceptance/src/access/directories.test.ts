import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmList } from '@fieldwarden/admin-contract';
import type { AuditEntry } from '@fieldwarden/gateway-contract';
import { group, person, serviceDn, servicePassword, Slapd, TestProvider } from '@fieldwarden/directory/testing';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinePlcs, linePlant } from '../line-plant.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { ConsoleVisitor } from './console-visitor.js';

const entries = [
  person('anna', 'correct horse'),
  person('bob', 'battery staple'),
  person('stranger', 'nothing to do'),
  group('unit-1', ['uid=anna,ou=people']),
  group('plant', ['uid=bob,ou=people', 'cn=unit-1,ou=groups']),
].join('\n');

const consoleUrl = 'https://gateway.plant.example';
const mine = 'line/unit-1/setpoint';
const others = 'line/unit-2/setpoint';
const operators = { role: 'operator', groups: ['CN=unit-1, OU=groups, DC=plant', 'unit-1'], areas: ['line/unit-1/**'] };
const viewers = { role: 'viewer', groups: ['cn=plant,ou=groups,dc=plant'] };

describe('people of a directory and of a provider (§13.1)', { timeout: 60_000 }, () => {
  const open = new AsyncDisposableStack();
  let plcs: LinePlcs;
  let slapd: Slapd;
  let provider: TestProvider;
  let gateway: GatewayProcess;

  function plant(roles: readonly object[]): object {
    return linePlant(plcs, {
      access: {
        roles,
        ldap: {
          urls: [`ldap://localhost:${slapd.port}`],
          startTls: true,
          caFile: slapd.caFile,
          bindDn: serviceDn,
          bindPassword: '${env:PLANT_LDAP_PASSWORD}',
          userBase: 'ou=people,dc=plant',
          groupBase: 'ou=groups,dc=plant',
        },
        oidc: { issuer: provider.issuer, clientId: provider.clientId, title: 'Plant account', consoleUrl },
        sessions: { idleMinutes: 30, absoluteHours: 2 },
      },
    });
  }

  beforeAll(async () => {
    plcs = open.use(await LinePlcs.start());
    slapd = open.use(await Slapd.start({ entries }));
    const redirectUris = [`${consoleUrl}/api/v1/session/oidc/callback`];
    provider = open.use(await TestProvider.start({ people: { olga: ['unit-1'], boss: [] }, redirectUris }));
    const env = { PLANT_LDAP_PASSWORD: servicePassword };
    gateway = open.use(await GatewayProcess.start(plant([operators, viewers]), env));
    await gateway.tagTurns(mine, 'Good');
    await gateway.tagTurns(others, 'Good');
  }, 120_000);

  afterAll(async () => await open.disposeAsync());

  const visitor = (): ConsoleVisitor => new ConsoleVisitor(gateway.port('Admin API'));

  const audited = (user: string): readonly AuditEntry[] =>
    readFileSync(join(gateway.home, 'audit.log'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AuditEntry)
      .filter((row) => row.user === user);

  it('lets a member of a group do what its role says, in its area only, and has it in the audit', async () => {
    const anna = visitor();
    expect((await anna.signIn('anna', 'correct horse')).body).toMatchObject({
      authenticated: true,
      name: 'anna',
      proof: 'ldap',
      roles: ['operator', 'viewer'],
    });
    expect(await anna.write(mine, 42)).toMatchObject({ status: 200, body: { outcome: 'done' } });
    const refused = await anna.write(others, 42);
    expect(refused.status).toBe(403);
    expect(refused.body.detail).toBe(
      `not for anna: it takes the permission write for ${others}; anna holds it for line/unit-1/**`,
    );
    await waitFor(() => audited('anna').length >= 3, { what: 'the audit' });
    expect(audited('anna')).toMatchObject([
      { via: 'console', action: 'sign-in', subject: 'anna', outcome: 'done' },
      { via: 'console', action: 'write', subject: mine, after: 42, outcome: 'done' },
      { via: 'console', action: 'write', subject: others, outcome: 'refused' },
    ]);
  });

  it('lets a member of another group look only', async () => {
    const bob = visitor();
    expect((await bob.signIn('BOB', 'battery staple')).body).toMatchObject({ name: 'bob', permissions: ['view'] });
    expect((await bob.ask('GET', '/tags')).status).toBe(200);
    const { status, body } = await bob.write(mine, 1);
    expect([status, body.detail]).toEqual([403, 'not for bob: it takes the permission write']);
  });

  it('refuses a wrong password, a name of nobody and a person without a role with the same words', async () => {
    const answers = await Promise.all(
      [
        ['anna', 'wrong'],
        ['nobody', 'wrong'],
        ['stranger', 'nothing to do'],
        ['anna)(uid=*', 'correct horse'],
      ].map(async ([user, password]) => {
        const { status, body } = await visitor().signIn(user, password);
        return { status, ...body, correlationId: '', instance: '' };
      }),
    );
    expect(answers[0]).toMatchObject({ status: 401, code: 'SIGN_IN_REFUSED' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await waitFor(() => audited('nobody').length > 0, { what: 'the audit' });
    expect(audited('nobody')).toMatchObject([{ action: 'sign-in', outcome: 'refused' }]);
  });

  it('lets somebody in whom the provider knows, with the role of the groups', async () => {
    const olga = visitor();
    expect((await olga.session()).oidc).toEqual({ title: 'Plant account' });
    const begun = await olga.ask('GET', '/session/oidc/start');
    expect(begun.status).toBe(303);
    const back = await provider.signIn(begun.location!, 'olga');
    expect(back.origin).toBe(consoleUrl);
    const callback = `/session/oidc/callback${back.search}`;
    expect(await visitor().ask('GET', callback)).toMatchObject({ location: '/#signInRefused=OIDC_NOT_BEGUN' });
    expect(await olga.ask('GET', callback)).toMatchObject({ status: 303, location: '/' });
    expect(await olga.session()).toMatchObject({ name: 'olga', proof: 'oidc', roles: ['operator'] });
    expect(await olga.write(mine, 43)).toMatchObject({ status: 200 });
    expect(await olga.write(others, 43)).toMatchObject({ status: 403 });
    const again = visitor();
    await again.ask('GET', '/session/oidc/start');
    expect(await again.ask('GET', callback)).toMatchObject({ location: '/#signInRefused=OIDC_REFUSED' });
    await waitFor(() => audited('olga').length >= 3, { what: 'the audit' });
    expect(audited('olga')[0]).toMatchObject({ via: 'console', action: 'sign-in', outcome: 'done' });
  });

  it('refuses whom the provider knows and who has no role', async () => {
    const boss = visitor();
    const { location } = await boss.ask('GET', '/session/oidc/start');
    const { search } = await provider.signIn(location!, 'boss');
    expect(await boss.ask('GET', `/session/oidc/callback${search}`)).toMatchObject({
      location: '/#signInRefused=OIDC_NO_ROLE',
    });
    expect((await boss.session()).authenticated).toBe(false);
  });

  it('lets local accounts in while the directory is away, tells why, and keeps who is signed in', async () => {
    const admin = { name: 'root', password: 'tall copper kettle', role: 'admin', areas: ['**'] };
    expect((await gateway.ask('POST', '/users', admin)).status).toBe(200);
    const anna = visitor();
    // The wrong password that somebody tried for anna above makes her wait a second.
    await waitFor(async () => (await anna.signIn('anna', 'correct horse')).status === 200, {
      what: 'the pause to end',
    });
    await slapd.down();
    const { status, body } = await visitor().signIn('bob', 'battery staple');
    expect([status, body]).toMatchObject([
      502,
      { detail: 'the directory cannot be asked at the moment; local accounts of this gateway can sign in' },
    ]);
    expect((await visitor().signIn('root', admin.password)).body).toMatchObject({ name: 'root', proof: 'password' });
    expect((await anna.write(mine, 44)).status).toBe(200);
    const { alarms } = await gateway.get<AlarmList>('/alarms');
    expect(alarms.find(({ conditionId }) => conditionId === 'directory-away/access')?.message).toMatch(
      /localhost:\d+ cannot be reached.*Local accounts sign in as before/,
    );
    await slapd.up();
    expect((await visitor().signIn('bob', 'battery staple')).status).toBe(200);
    const after = await gateway.get<AlarmList>('/alarms');
    expect(after.alarms.filter(({ conditionId, active }) => conditionId === 'directory-away/access' && active)).toEqual(
      [],
    );
  });

  it('follows a publish at once: a role that is taken away, sessions that end sooner', async () => {
    const anna = visitor();
    const { body } = await anna.signIn('anna', 'correct horse');
    const endsInMs = Date.parse(body.expiresAt!) - Date.now();
    expect(endsInMs).toBeGreaterThan(20 * 60_000);
    const document = plant([viewers]) as { access: { sessions: object } };
    document.access.sessions = { idleMinutes: 5 };
    const published = await gateway.ask('POST', '/config/publish', { message: 'operators no more', document });
    expect(published).toMatchObject({ status: 200 });
    const { expiresAt, ...now } = await anna.session();
    expect(now).toMatchObject({ name: 'anna', roles: ['viewer'], permissions: ['view'] });
    expect(Date.parse(expiresAt!) - Date.now()).toBeLessThanOrEqual(5 * 60_000);
    expect((await anna.write(mine, 45)).status).toBe(403);
  });
});
