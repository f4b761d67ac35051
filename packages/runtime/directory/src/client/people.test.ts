import { GatewayError } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { RoleMap } from '../roles/role-map.js';
import { DirectoryPeople } from './directory-people.js';
import { ProviderPeople } from './provider-people.js';

const roles = new RoleMap([{ role: 'operator', groups: ['cn=operators', 'operators'], areas: ['packaging/**'] }]);
const operator = { role: 'operator', areas: ['packaging/**'] } as const;
const secretServer = new GatewayError({ code: 'X', kind: 'config', message: 'cn=gateway refused by 10.1.2.3' });

function people(answer: unknown) {
  const asked: unknown[] = [];
  const logger = collectingLogger();
  const ask = (name: string, body: unknown): Promise<unknown> => {
    asked.push([name, body]);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const deps = { ask, roles: () => roles, clock: new FakeClock(), logger };
  return { asked, logger, directory: new DirectoryPeople(deps), provider: new ProviderPeople(deps) };
}

describe('people of the directory', () => {
  const attempt = { user: 'ANNA', password: 'x' };

  it('come in with the roles of their groups, under the name that the directory has', async () => {
    const found = { outcome: 'found', person: { name: 'anna', groups: ['CN=operators'] } };
    const { directory, asked } = people(found);
    expect(await directory.signIn(attempt)).toEqual({ name: 'anna', grants: [operator], proof: 'ldap' });
    expect(asked).toEqual([['check-password', attempt]]);
    expect(directory.grantsNow('anna', { grants: [], atMs: 0 })).toEqual([operator]);
  });

  it('stay out without a role, or with another password', async () => {
    const person = { name: 'anna', groups: ['cn=strangers'] };
    expect(await people({ outcome: 'found', person }).directory.signIn(attempt)).toBe('unknown');
    expect(await people({ outcome: 'unknown' }).directory.signIn(attempt)).toBe('unknown');
    expect(await people({ outcome: 'refused', reason: '49' }).directory.signIn(attempt)).toBe('refused');
  });

  it('hear that it is away, and nothing about it', async () => {
    const { directory, logger } = people(secretServer);
    await expect(directory.signIn(attempt)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'the directory cannot be asked at the moment; local accounts of this gateway can sign in',
    });
    expect(JSON.stringify(logger.records)).toContain('10.1.2.3');
  });
});

describe('people of the provider', () => {
  it('come in with the roles of their groups', async () => {
    const { provider } = people({ name: 'anna', groups: ['operators'], endsAtMs: 7 });
    expect(await provider.finish('secret', '?code=x')).toEqual({
      principal: { name: 'anna', grants: [operator], proof: 'oidc' },
      endsAtMs: 7,
    });
  });

  it('stay out without a role', async () => {
    const { provider } = people({ name: 'anna', groups: ['cn=Operators'], endsAtMs: null });
    await expect(provider.finish('secret', '?code=x')).rejects.toMatchObject({
      code: 'OIDC_NO_ROLE',
      kind: 'forbidden',
    });
  });

  it('hear why they are refused, and of a provider that is away nothing more', async () => {
    const refused = new GatewayError({ code: 'OIDC_REFUSED', kind: 'forbidden', message: 'access_denied' });
    await expect(people(refused).provider.finish('s', '')).rejects.toBe(refused);
    await expect(people(secretServer).provider.begin('x')).rejects.toMatchObject({ code: 'OIDC_UNREACHABLE' });
  });

  it('lose what no group has any more', () => {
    const { provider } = people(undefined);
    const admin = { role: 'admin', areas: ['**'] } as const;
    expect(provider.grantsNow('anna', { grants: [operator, admin], atMs: 0 })).toEqual([operator]);
    expect(provider.grantsNow('anna', { grants: [admin], atMs: 0 })).toBeUndefined();
  });
});
