import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisedDn } from './distinguished-name.js';
import { RoleMap } from './role-map.js';

describe('a distinguished name', () => {
  it.each([
    ['CN=Operators,OU=Groups,DC=plant', 'cn=operators,ou=groups,dc=plant'],
    [' cn = Operators , dc=plant ', 'cn=operators,dc=plant'],
    ['cn=a+ou=b,dc=x', 'ou=b+cn=a,dc=x'],
    ['cn=Fr\\C3\\A4ser,dc=x', 'cn=Fräser,dc=x'],
    ['cn=a\\,b,dc=x', 'cn=a\\2Cb,dc=x'],
    ['cn=Night  shift,dc=x', 'cn=night shift,dc=x'],
    ['cn=a;dc=x', 'cn=a,dc=x'],
  ])('%s is %s', (one, other) => {
    expect(normalisedDn(one)).toBeDefined();
    expect(normalisedDn(one)).toBe(normalisedDn(other));
  });

  it.each([
    ['cn=a,b=c', 'cn=a\\,b\\=c'],
    ['cn=a\\ ,dc=x', 'cn=a,dc=x'],
    ['cn=operators,dc=plant', 'cn=operators,dc=plant2'],
  ])('%s is not %s', (one, other) => {
    expect(normalisedDn(one)).not.toBe(normalisedDn(other));
  });

  it.each(['', 'operators', '=a', 'cn=a,', 'cn=a\\'])('%j is none', (text) => {
    expect(normalisedDn(text)).toBeUndefined();
  });

  it('takes any text without an end of time or a throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void normalisedDn(text)));
  });
});

describe('the map of roles', () => {
  const map = new RoleMap([
    { role: 'operator', groups: ['cn=Operators,dc=plant', 'cn=night,dc=plant'], areas: ['packaging/**'] },
    { role: 'viewer', groups: ['everybody'], areas: ['**'] },
  ]);

  it('gives each role once, whatever the case of the group', () => {
    expect(map.ofDirectory(['CN=operators, DC=plant', 'cn=NIGHT,dc=plant'])).toEqual([
      { role: 'operator', areas: ['packaging/**'] },
    ]);
  });

  it('takes groups of a token as they are written', () => {
    expect(map.ofProvider(['everybody'])).toEqual([{ role: 'viewer', areas: ['**'] }]);
    expect(map.ofProvider(['Everybody', 'CN=operators,dc=plant'])).toEqual([]);
  });

  it('says whether a role is still given for the same areas', () => {
    expect(map.gives({ role: 'operator', areas: ['packaging/**'] })).toBe(true);
    expect(map.gives({ role: 'operator', areas: ['**'] })).toBe(false);
    expect(map.gives({ role: 'admin', areas: ['packaging/**'] })).toBe(false);
  });

  it('gives nothing for groups that it does not know', () => {
    expect(map.ofDirectory(['cn=strangers,dc=plant'])).toEqual([]);
  });
});
