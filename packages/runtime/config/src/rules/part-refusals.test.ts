import { describe, expect, it } from 'vitest';
import type { DriverDocument } from '../document/driver-schema.js';
import { sampleCatalogue } from '../testing/sample-catalogue.js';
import { SecretResolver } from './secrets.js';
import { validateParsed, type ValidationResult } from './validate-plant.js';

const tag = (path: string) => ({ path, address: '400001', dataType: 'uint16' as const });

const driver = (id: string, more: Partial<DriverDocument> = {}): DriverDocument => ({
  id,
  type: 'press',
  options: { host: 'h' },
  devices: [{ id: 'd', tags: [tag(`${id}/a`)] }],
  ...more,
});

function validated(plant: object, ranBefore: boolean): ValidationResult {
  const secrets = new SecretResolver({
    env: (name) => (name === 'KEPT' ? 'kept-secret' : undefined),
    file: () => undefined,
  });
  return validateParsed({ document: { version: 1, site: 'a', ...plant } }, sampleCatalogue(), { secrets, ranBefore });
}

const sound = driver('sound');

describe('what is wrong with a document that ran before (§7.2)', () => {
  it.each<readonly [string, DriverDocument, RegExp]>([
    [
      'a secret that is gone',
      driver('bad', { options: { host: '${env:GONE}' } }),
      /the reference \$\{env:GONE\} does not resolve/,
    ],
    ['options that are refused now', driver('bad', { options: { host: 'h', port: 70_000 } }), /options\.port/],
    ['a type that is gone', driver('bad', { type: 'acme' }), /there is no driver type "acme"/],
    [
      'addresses that are refused now',
      driver('bad', {
        devices: [
          {
            id: 'd',
            tags: [
              { ...tag('bad/a'), address: 'nowhere' },
              { ...tag('bad/b'), address: 'nowhere' },
            ],
          },
        ],
      }),
      /tags\[0\]\.address: .*, and 1 more$/,
    ],
  ])('%s costs the driver that has it', (_what, bad, reason) => {
    const plant = { drivers: [sound, bad] };
    expect(validated(plant, false).plant).toBeUndefined();
    const { plant: runs, findings } = validated(plant, true);
    expect(runs?.drivers.map(({ id, refusal }) => [id, refusal])).toEqual([
      ['sound', undefined],
      ['bad', expect.stringMatching(reason)],
    ]);
    expect(findings).toMatchObject([
      { path: 'drivers[1]', severity: 'warning', message: expect.stringContaining('the rest runs') as string },
    ]);
  });

  it('costs a service, and is told without secrets', () => {
    const { plant, findings } = validated({ drivers: [sound], opcua: { port: -1 } }, true);
    expect(plant?.services).toMatchObject([{ id: 'opcua', refusal: expect.stringContaining('opcua.port') as string }]);
    expect(plant?.drivers[0].refusal).toBeUndefined();
    expect(findings).toMatchObject([{ path: 'opcua', severity: 'warning' }]);
    const devices = [{ id: 'd', tags: [{ ...tag('bad/a'), address: 'kept-secret' }] }];
    const told = validated({ drivers: [driver('bad', { options: { host: '${env:KEPT}' }, devices })] }, true);
    expect(told.plant?.drivers[0].refusal).toContain('***');
    expect(told.plant?.drivers[0].refusal).not.toContain('kept-secret');
  });

  it.each([
    [
      'a path that two tags have',
      { drivers: [sound, driver('other', { devices: [{ id: 'd', tags: [tag('sound/a')] }] })] },
    ],
    ['an id that two drivers have', { drivers: [sound, sound] }],
    ['another shape', { drivers: [sound, { id: 5 }] }],
    [
      'a schedule that is none',
      { drivers: [driver('bad', { options: {}, stability: { recycle: { cron: 'never' } } })] },
    ],
  ])('is refused as a whole for %s', (_what, plant) => {
    const { plant: runs, findings } = validated(plant, true);
    expect(runs).toBeUndefined();
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('keeps no plant from running whose TLS files are gone: the console then has a certificate of the gateway', () => {
    const tls = { enabled: true, certFile: '/nowhere/tls.pem', keyFile: '/nowhere/tls.key' };
    expect(validated({ tls }, false).plant).toBeUndefined();
    const { plant, findings } = validated({ tls }, true);
    expect(plant?.tls).toEqual(tls);
    expect(findings).toMatchObject([
      { path: 'tls.certFile', rule: 'tls-file', severity: 'warning' },
      { path: 'tls.keyFile', rule: 'tls-file', severity: 'warning' },
    ]);
  });
});
