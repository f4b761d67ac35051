import type { PlantDocument } from '@fieldwarden/config';
import { expect, it } from 'vitest';
import { askedBy } from './same-access.js';

const eve = { name: 'eve', via: 'rest', correlationId: 'c-1' };
const plant: PlantDocument = { version: 1, site: 'lab', drivers: [] };
const oidc = { issuer: 'https://login.example', clientId: 'fieldwarden' };
const access = { roles: [{ role: 'engineer', groups: ['staff'] }], oidc };

it('lets who may not change accounts change neither who comes in nor as what', () => {
  const { by, demand } = askedBy({ ...eve, mayChangeAccess: false });
  expect(by).toEqual(eve);
  const refused = expect.objectContaining({
    code: 'NOT_PERMITTED',
    kind: 'forbidden',
    message: 'eve may not change the section access: it takes the permission users',
  });
  const changes: readonly (readonly [PlantDocument, PlantDocument])[] = [
    [plant, { ...plant, access }],
    [{ ...plant, access }, plant],
    [
      { ...plant, access },
      { ...plant, access: { ...access, roles: [{ role: 'admin', groups: ['staff'] }] } },
    ],
    [
      { ...plant, access },
      { ...plant, access: { ...access, oidc: { ...oidc, issuer: 'https://own.example' } } },
    ],
    [plant, { ...plant, access: { anonymousConsole: true } }],
  ];
  for (const [running, next] of changes) expect(() => demand!(running, next)).toThrow(refused);
  expect(() =>
    demand!({ ...plant, access }, { ...plant, site: 'hall', access: structuredClone(access) }),
  ).not.toThrow();
  expect(() => demand!(plant, { ...plant, access: {} })).not.toThrow();
});

it('asks nothing of who may change accounts', () => {
  expect(askedBy({ ...eve, mayChangeAccess: true })).toEqual({ by: eve });
});
