import { describe, expect, it } from 'vitest';
import { accessSettings } from './access-settings.js';
import { checkSettings } from './check-settings.js';

const ldap = { urls: ['ldaps://directory.plant.example'], userBase: 'ou=people,dc=plant' };
const oidc = { issuer: 'https://login.plant.example', clientId: 'fieldwarden' };
const roles = [{ role: 'operator', groups: ['cn=operators,dc=plant'] }];

const found = (written: object): readonly string[] =>
  checkSettings(accessSettings.parse(written), { looksAtFiles: true, hasTagIn: (area) => area !== 'gone/**' }).map(
    ({ path, rule, severity }) => `${severity} ${path.join('.')} ${rule}`,
  );

describe('the section access', () => {
  it('has nothing to say of a directory and a provider over TLS with roles', () => {
    expect(found({ roles, ldap, oidc })).toEqual([]);
    expect(found({})).toEqual([]);
  });

  it.each([
    [{ urls: ['ldap://directory.plant.example'] }, 'error ldap.urls.0 access-ldap-in-clear'],
    [{ urls: ['http://directory'] }, 'error ldap.urls.0 access-ldap-url'],
    [{ urls: ['ldap://user@directory'] }, 'error ldap.urls.0 access-ldap-url'],
    [{ bindDn: 'cn=gateway,dc=plant' }, 'error ldap.bindPassword access-ldap-bind-password'],
    [{ bindDn: 'cn=gateway,dc=plant', bindPassword: '' }, 'error ldap.bindPassword access-ldap-bind-password'],
    [{ bindPassword: 'secret' }, 'error ldap.bindPassword access-ldap-bind-dn'],
    [{ userBase: 'people' }, 'error ldap.userBase access-ldap-dn'],
    [{ caFile: '/nowhere/ca.pem' }, 'error ldap.caFile access-ca-file'],
    [{ caFile: new URL(import.meta.url).pathname }, 'error ldap.caFile access-ca-file'],
  ])('says of ldap %j: %s', (more, finding) => {
    expect(found({ roles, ldap: { ...ldap, ...more } })).toEqual([finding]);
  });

  it.each([
    { urls: ['ldap://127.0.0.1:1389', 'ldap://[::1]', 'ldap://localhost'] },
    { urls: ['ldap://directory.plant.example'], startTls: true },
    { bindDn: 'gateway@plant.example', bindPassword: 'secret' },
  ])('takes ldap %j', (more) => {
    expect(found({ roles, ldap: { ...ldap, ...more } })).toEqual([]);
  });

  it.each([
    [{ issuer: 'http://login.plant.example' }, 'error oidc.issuer access-oidc-in-clear'],
    [{ issuer: 'login.plant.example' }, 'error oidc.issuer access-oidc-issuer'],
    [{ issuer: 'https://login.plant.example?x=1' }, 'error oidc.issuer access-oidc-issuer'],
    [{ clientSecret: '' }, 'error oidc.clientSecret access-oidc-secret'],
  ])('says of oidc %j: %s', (more, finding) => {
    expect(found({ roles, oidc: { ...oidc, ...more } })).toEqual([finding]);
  });

  it('warns where nobody of a directory has a role', () => {
    expect(found({ ldap })).toEqual(['warning roles access-no-role']);
  });

  it('refuses a group that has a role twice, also where it is written in another way', () => {
    const twice = [...roles, { role: 'operator', groups: ['CN=Operators, DC=plant'] }];
    expect(found({ roles: twice, ldap })).toEqual(['error roles.1.groups.0 access-group-twice']);
    const elsewhere = [...roles, { role: 'operator', groups: ['cn=operators,dc=plant'], areas: ['line/**'] }];
    expect(found({ roles: elsewhere, ldap })).toEqual([]);
  });

  it('refuses a group of a directory that is no distinguished name', () => {
    expect(found({ roles: [{ role: 'viewer', groups: ['operators'] }], ldap })).toEqual([
      'error roles.0.groups.0 access-group-dn',
    ]);
    expect(found({ roles: [{ role: 'viewer', groups: ['operators'] }], oidc })).toEqual([]);
  });

  it('warns of an area in which no tag lies', () => {
    expect(found({ ldap, roles: [{ ...roles[0], areas: ['line/**', 'gone/**'] }] })).toEqual([
      'warning roles.0.areas.1 area-without-tag',
    ]);
  });

  it('warns of areas that limit nothing, and of a console for everybody', () => {
    expect(found({ roles: [{ role: 'admin', groups: ['a'], areas: ['line/**'] }] })).toEqual([
      'warning roles.0.areas access-admin-areas',
    ]);
    expect(found({ anonymousConsole: true })).toEqual(['warning anonymousConsole access-anonymous-console']);
  });
});
