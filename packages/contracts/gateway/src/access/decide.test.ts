import { describe, expect, it } from 'vitest';
import { demand, mayDo, permissionsHeldBy, rolesOf } from './decide.js';
import { permissions, roles, type Permission, type Role } from './permission.js';
import { everywhere, gatewayPrincipal, type Principal } from './principal.js';

/** The whole table, written out: what it says is decided here and in `permission.ts`, and must be said twice. */
const table: Readonly<Record<Permission, readonly Role[]>> = {
  view: ['viewer', 'operator', 'engineer', 'admin'],
  write: ['operator', 'engineer', 'admin'],
  acknowledge: ['operator', 'engineer', 'admin'],
  operate: ['engineer', 'admin'],
  configure: ['engineer', 'admin'],
  publish: ['engineer', 'admin'],
  certificates: ['engineer', 'admin'],
  users: ['admin'],
  audit: ['engineer', 'admin'],
  administer: ['admin'],
};

describe('who may do what (§13.2)', () => {
  it.each(permissions.flatMap((permission) => roles.map((role) => [role, permission] as const)))(
    'a %s and %s',
    (role, permission) => expect(mayDo(gatewayPrincipal('x', role), permission)).toBe(table[permission].includes(role)),
  );

  it('is nothing for somebody without a role', () => {
    const nobody: Principal = { name: 'x', grants: [], proof: 'password' };
    expect([...permissionsHeldBy(nobody)]).toEqual([]);
  });

  it('holds acts on tags to the areas of the role that allows them', () => {
    const ada: Principal = {
      name: 'ada',
      grants: [
        { role: 'operator', areas: ['packaging/**', '*/lamp'] },
        { role: 'viewer', areas: everywhere },
      ],
      proof: 'password',
    };
    expect(mayDo(ada, 'write', 'packaging/filler/speed')).toBe(true);
    expect(mayDo(ada, 'write', 'mixing/lamp')).toBe(true);
    expect(mayDo(ada, 'write', 'mixing/speed')).toBe(false);
    expect(mayDo(ada, 'view', 'mixing/speed')).toBe(true);
    expect(mayDo(ada, 'write')).toBe(true);
    expect(rolesOf(ada)).toEqual(['operator', 'viewer']);
  });

  it('names what is missing, and where it is held', () => {
    const ada: Principal = { name: 'ada', grants: [{ role: 'operator', areas: ['packaging/**'] }], proof: 'password' };
    const refused = { code: 'NOT_PERMITTED', kind: 'forbidden', writeOutcome: 'not-sent' };
    expect(() => demand(ada, 'write', 'mixing/speed')).toThrow(
      expect.objectContaining({
        ...refused,
        message: 'not for ada: it takes the permission write for mixing/speed; ada holds it for packaging/**',
      }),
    );
    expect(() => demand(ada, 'publish')).toThrow(
      expect.objectContaining({ ...refused, message: 'not for ada: it takes the permission publish' }),
    );
    expect(() => demand(ada, 'write', 'packaging/a')).not.toThrow();
  });

  it('asks for a name where somebody answers for an act', () => {
    const anonymous: Principal = {
      name: 'anonymous',
      grants: [{ role: 'admin', areas: everywhere }],
      proof: 'anonymous',
    };
    expect([...permissionsHeldBy(anonymous)]).toEqual(['view', 'write']);
  });
});
