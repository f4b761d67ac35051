import { readFileSync } from 'node:fs';
import { isGatewayError, systemClock } from '@fieldwarden/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ldapSettings, type LdapSettings } from '../settings/ldap-settings.js';
import { group, hasSlapd, person, serviceDn, servicePassword, Slapd } from '../testing/index.js';
import { LdapDirectory } from './ldap-directory.js';

const people = 'ou=people';
const entries = [
  person('anna', 'correct horse'),
  person('Berta', 'battery staple'),
  person('carl', 'nothing to do'),
  person('twin', 'one'),
  person('twin', 'two').replace('uid=twin,', 'uid=twin+cn=twin,'),
  group('operators', [`uid=anna,${people}`]),
  group('night', ['cn=operators,ou=groups', 'cn=circle,ou=groups']),
  group('circle', ['cn=night,ou=groups']),
  group('berta', [`uid=Berta,${people}`]),
].join('\n');

const nobodyListens = 'ldap://127.0.0.1:1';

describe.runIf(hasSlapd)('a directory over LDAP', { timeout: 30_000 }, () => {
  let slapd: Slapd;

  beforeAll(async () => {
    slapd = await Slapd.start({ entries });
  });

  afterAll(async () => {
    await slapd[Symbol.asyncDispose]();
  });

  function directory(settings: Partial<LdapSettings> = {}, ca?: string): LdapDirectory {
    const written = {
      urls: [slapd.url],
      bindDn: serviceDn,
      bindPassword: servicePassword,
      userBase: 'ou=people,dc=plant',
      groupBase: 'ou=groups,dc=plant',
      timeoutMs: 2_000,
      ...settings,
    };
    return new LdapDirectory({ settings: ldapSettings.parse(written), ca, clock: systemClock });
  }

  const refusalOf = async (asked: Promise<unknown>): Promise<{ kind: string; code: string; message: string }> => {
    const error: unknown = await asked.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!isGatewayError(error)) throw new Error('it was not refused', { cause: error });
    return { kind: error.kind, code: error.code, message: error.message };
  };

  it('knows a person by its password, with groups and groups of groups', async () => {
    expect(await directory().checkPassword('anna', 'correct horse')).toEqual({
      outcome: 'found',
      person: {
        name: 'anna',
        groups: expect.arrayContaining([
          'cn=operators,ou=groups,dc=plant',
          'cn=night,ou=groups,dc=plant',
          'cn=circle,ou=groups,dc=plant',
        ]) as unknown,
      },
    });
  });

  it('takes the name as the directory writes it', async () => {
    expect(await directory().checkPassword('bERTA', 'battery staple')).toMatchObject({ person: { name: 'Berta' } });
  });

  it('refuses a wrong password', async () => {
    expect(await directory().checkPassword('anna', 'wrong')).toEqual({
      outcome: 'refused',
      reason: expect.stringContaining('49') as unknown,
    });
  });

  it('refuses an empty password without asking', async () => {
    expect(await directory({ urls: [nobodyListens] }).checkPassword('anna', '')).toMatchObject({ outcome: 'refused' });
  });

  it.each(['nobody', '*', 'anna)(uid=*', '*)(uid=*', 'an*', ' anna', 'anna ', 'an  na', '', 'twin', 'a'.repeat(300)])(
    'does not know %j',
    async (user) => {
      expect(await directory().checkPassword(user, 'correct horse')).toEqual({ outcome: 'unknown' });
    },
  );

  it('looks up the groups of somebody without a password, until the directory has it no more', async () => {
    const directoryOfPlant = directory();
    expect(await directoryOfPlant.lookUp('carl')).toEqual({ name: 'carl', groups: [] });
    expect(await directoryOfPlant.lookUp('nobody')).toBeUndefined();
  });

  it('says in words when the own account is refused', async () => {
    expect(await refusalOf(directory({ bindPassword: 'wrong' }).checkPassword('anna', 'correct horse'))).toMatchObject({
      kind: 'config',
      code: 'DIRECTORY_REFUSES',
      message: expect.stringContaining(`does not take the gateway's own account ${serviceDn}: 49`) as unknown,
    });
  });

  it('says in words when people are not where they are looked for', async () => {
    const { message } = await refusalOf(directory({ userBase: 'ou=nobody,dc=plant' }).probe());
    expect(message).toContain('does not show ou=nobody,dc=plant: 32');
  });

  it.each([
    ['ldaps', () => ({ urls: [slapd.secureUrl] })],
    ['StartTLS', () => ({ urls: [`ldap://localhost:${slapd.port}`], startTls: true })],
  ])('speaks %s with the authority that it is told', async (_, settings) => {
    const ca = readFileSync(slapd.caFile, 'utf8');
    expect(await directory(settings(), ca).checkPassword('anna', 'correct horse')).toMatchObject({ outcome: 'found' });
  });

  it.each([
    ['ldaps', () => ({ urls: [slapd.secureUrl] }), 'SELF_SIGNED|self-signed|unable to verify'],
    ['StartTLS', () => ({ urls: [`ldap://localhost:${slapd.port}`], startTls: true }), 'self-signed|unable to verify'],
  ])('says nothing to a server over %s whose authority it does not know', async (_, settings, why) => {
    const refusal = await refusalOf(directory(settings()).checkPassword('anna', 'correct horse'));
    expect(refusal).toMatchObject({ kind: 'unreachable', code: 'DIRECTORY_UNREACHABLE' });
    expect(refusal.message).toMatch(new RegExp(why));
  });

  it.each([
    ['ldaps', () => ({ urls: [`ldaps://127.0.0.1:${slapd.securePort}`] })],
    ['StartTLS', () => ({ urls: [slapd.url], startTls: true })],
  ])('says nothing over %s to a server with the certificate of another name', async (_, settings) => {
    const ca = readFileSync(slapd.caFile, 'utf8');
    const { message } = await refusalOf(directory(settings(), ca).probe());
    expect(message).toMatch(/IP: 127\.0\.0\.1/);
  });

  it('asks the next server when one does not answer, and names all when none does', async () => {
    const two = directory({ urls: [nobodyListens, slapd.url] });
    expect(await two.checkPassword('anna', 'correct horse')).toMatchObject({ outcome: 'found' });
    expect(two.server).toBe(slapd.url);
    const { kind, message } = await refusalOf(directory({ urls: [nobodyListens, 'ldap://127.0.0.1:2'] }).probe());
    expect(kind).toBe('unreachable');
    expect(message).toMatch(/127\.0\.0\.1:1 cannot be reached.*127\.0\.0\.1:2 cannot be reached/);
  });

  it('gives up on a server that stands still', async () => {
    slapd.freeze();
    try {
      for (const settings of [{}, { urls: [slapd.secureUrl] }, { startTls: true }]) {
        const { kind } = await refusalOf(directory({ timeoutMs: 200, ...settings }).checkPassword('anna', 'x'));
        expect(kind).toBe('unreachable');
      }
    } finally {
      slapd.thaw();
    }
  });
});
