import { describe, expect, it } from 'vitest';
import { groupsIn, nameIn } from './claims.js';

const claims = {
  preferred_username: 'anna',
  'https://plant/groups': ['a'],
  realm_access: { roles: ['b', 7, 'c'] },
  role: 'd',
  blank: ' anna',
};

describe('claims', () => {
  it.each([
    ['https://plant/groups', ['a']],
    ['realm_access.roles', ['b', 'c']],
    ['role', ['d']],
    ['groups', undefined],
    ['constructor', undefined],
    ['role.length', undefined],
  ])('have in %s the groups %j', (claim, groups) => {
    expect(groupsIn(claims, claim)).toEqual(groups);
  });

  it('have a name where it is a text without odd signs', () => {
    expect(nameIn(claims, 'preferred_username')).toBe('anna');
    for (const claim of ['blank', 'realm_access', 'none']) expect(nameIn(claims, claim)).toBeUndefined();
    expect(nameIn({ name: 'a\nb' }, 'name')).toBeUndefined();
  });
});
