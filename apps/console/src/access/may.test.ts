import { permissionsOf } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { allowed, mayBoth, mayOf } from './may.js';

const operator = { permissions: permissionsOf.operator, areas: ['packaging/**'] };

describe('what somebody may do (§13.2)', () => {
  it('is what the gateway said of the session; a refusal names the permission', () => {
    expect(mayOf(operator, 'write')).toEqual({ allowed: true });
    expect(mayOf(operator, 'publish')).toEqual({
      allowed: false,
      reason: 'Not for you: it takes the permission publish.',
    });
  });

  it('is restricted to areas where it is about a tag', () => {
    expect(mayOf(operator, 'write', 'packaging/filler/speed')).toEqual({ allowed: true });
    expect(mayOf(operator, 'write', 'energy/meter')).toMatchObject({
      reason: expect.stringMatching(/the permission write for energy\/meter; yours is for packaging\/\*\*/) as string,
    });
  });

  it('is not restricted by areas where it is about the gateway', () => {
    const engineer = { ...operator, permissions: permissionsOf.engineer };
    expect(mayOf(engineer, 'operate', 'energy/meter')).toEqual({ allowed: true });
  });

  it('is refused by the first of two that refuses', () => {
    const second = mayOf(operator, 'publish');
    expect(mayBoth(allowed, second)).toBe(second);
    expect(mayBoth(mayOf(operator, 'configure'), second)).toMatchObject({
      reason: expect.stringMatching('configure') as string,
    });
  });
});
