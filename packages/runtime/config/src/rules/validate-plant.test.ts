import fc from 'fast-check';
import type { CheckedDevice, DriverDefinition } from '@fieldwarden/driver';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../document/catalogue.js';
import type { PlantTag } from '@fieldwarden/gateway-contract';

import { labPlant } from '../testing/lab-plant.js';
import { sampleCatalogue, sampleCatalogueWithSwarm } from '../testing/sample-catalogue.js';
import { validatePlant } from './validate-plant.js';

const registry = sampleCatalogue();

function validPlant(text: string) {
  const { plant, findings } = validatePlant(text, registry);
  expect(findings).toEqual([]);
  if (plant === undefined) throw new Error('no plant');
  return plant;
}

function tagsByPath(text: string): Map<string, PlantTag> {
  const tags = validPlant(text).drivers.flatMap((driver) => driver.devices.flatMap((device) => device.tags));
  return new Map(tags.map((tag) => [tag.path, tag]));
}

describe('a valid plant (§7.1)', () => {
  it('has every default filled in', () => {
    const { drivers, ...rest } = validPlant(
      '{ version: 1, site: a, drivers: [{ id: p, type: press, options: { host: h } }] }',
    );
    expect(rest).toEqual({
      site: 'a',
      logging: { level: 'info', json: false },
      tls: { enabled: false, certFile: null, keyFile: null },
      services: [
        {
          id: 'opcua',
          name: 'opcua',
          use: null,
          enabled: true,
          isolation: 'host',
          critical: false,
          settings: { securityPolicies: ['Basic256Sha256'], anonymous: false },
        },
      ],
    });
    expect(drivers[0]).toMatchObject({
      tier: 'B',
      isolation: 'in-process',
      enabled: true,
      options: { host: 'h', port: 502, timeoutMs: 1_000 },
      devices: [],
      stability: { memory: { multiplier: 3, floorBytes: 104_857_600 }, recycle: null, wedge: { thresholdMs: 60_000 } },
    });
  });

  it('keeps what is written over the defaults', () => {
    const { site, logging, services, drivers } = validPlant(labPlant);
    expect({ site, logging, services }).toEqual({
      site: 'lab',
      logging: { level: 'debug', json: true },
      services: [
        {
          id: 'opcua',
          name: 'opcua',
          use: null,
          enabled: true,
          isolation: 'host',
          critical: false,
          settings: { port: 0, securityPolicies: ['Basic256Sha256'], anonymous: false },
        },
      ],
    });
    expect(drivers.map(({ id, tier, isolation, enabled }) => ({ id, tier, isolation, enabled }))).toEqual([
      { id: 'packaging', tier: 'B', isolation: 'in-process', enabled: true },
      { id: 'arm', tier: 'C', isolation: 'host', enabled: false },
    ]);
    expect(drivers[0].devices.map(({ id, options }) => ({ id, options }))).toEqual([
      { id: 'filler', options: { unitId: 1 } },
      { id: 'capper', options: { unitId: 2, words: 'little' } },
    ]);
  });

  it('takes addresses as they are written, zeros and all', () => {
    const tags = tagsByPath(labPlant);
    expect(tags.get('packaging/filler/start')?.address).toBe('000001');
    expect(tags.get('packaging/capper/torque')?.address).toBe('400001.10');
    expect(tags.get('packaging/filler/speed')?.address).toBe('400001');
  });

  it('turns two points of a line into gain, offset and clamp, also when the line falls', () => {
    const torque = tagsByPath(labPlant).get('packaging/capper/torque');
    expect(torque?.scaling).toEqual({ gain: -0.05, offset: 100, clamp: { low: -100, high: 100 } });
    expect(torque?.range).toEqual({ low: -100, high: 100 });
    expect(tagsByPath(labPlant).get('packaging/capper/heads')).toMatchObject({
      type: { scalar: 'int16', arrayLength: 12 },
      scaling: { gain: 0.1, offset: 0, clamp: undefined },
    });
  });

  it('gives a percent deadband in engineering units', () => {
    expect(tagsByPath(labPlant).get('packaging/filler/speed')).toMatchObject({
      deadband: 3,
      range: { low: 0, high: 300 },
      unit: '1/min',
    });
  });

  it('is frozen through and through', () => {
    const plant = validPlant(labPlant);
    const { options, resilience, devices } = plant.drivers[0];
    for (const part of [plant, plant.drivers, options, resilience.bulkhead, devices[0].tags[1].limits]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('comes with the document as it was written', () => {
    const { document } = validatePlant({ version: 1, site: 'a', drivers: [] }, registry);
    expect(document).toEqual({ version: 1, site: 'a', drivers: [] });
  });

  it('is the same from JSON text, from YAML text and from plain values', () => {
    const { plant, document } = validatePlant(labPlant, registry);
    expect(validatePlant(document, registry).plant).toEqual(plant);
    expect(validatePlant(JSON.stringify(document), registry).plant).toEqual(plant);
  });
});

describe('options of tags', () => {
  const tagged = (type: string, options?: object) => ({
    version: 1,
    site: 'a',
    drivers: [
      {
        id: 'p',
        type,
        options: { host: 'h' },
        devices: [{ id: 'd', tags: [{ path: 'a/b', address: '1', dataType: 'bool', ...(options && { options }) }] }],
      },
    ],
  });
  const tellingOf = (type: string, options?: object): unknown => {
    const { plant, findings } = validatePlant(tagged(type, options), sampleCatalogueWithSwarm());
    return plant?.drivers[0].devices[0].tags[0].options ?? findings.map(({ path, rule }) => `${path} ${rule}`);
  };

  it('go through the schema of the driver type, defaults filled', () => {
    expect(tellingOf('swarm')).toEqual({ ring: 1 });
    expect(tellingOf('swarm', { ring: 2 })).toEqual({ ring: 2 });
  });

  it('are refused where they do not fit it, and where the type has none', () => {
    const place = 'drivers[0].devices[0].tags[0].options';
    expect(tellingOf('swarm', { ring: 'two' })).toEqual([`${place}.ring tag-options`]);
    expect(tellingOf('swarm', { rings: 2 })).toEqual([`${place}.rings unknown-field`]);
    expect(tellingOf('press', { ring: 2 })).toEqual([`${place} tag-options`]);
  });

  it('are known to whoever judges the address', () => {
    expect(tellingOf('swarm', { ring: 9 })).toEqual(['drivers[0].devices[0].tags[0].address tag-address']);
  });
});

describe('secrets (§13)', () => {
  const secrets = {
    env: (name: string) => (name === 'TOKEN' ? 'open-sesame' : undefined),
    file: (path: string) => (path === 'token.txt' ? 'from-a-file\n' : undefined),
    secret: (name: string) =>
      name === 'plc' ? { value: 'from-the-vault' } : { problem: 'there is no secret of that name' },
  };
  const withLogin = (login: unknown) => ({
    version: 1,
    site: 'a',
    drivers: [{ id: 'p', type: 'press', options: { host: 'h', login } }],
  });

  it('are resolved in the plant and stay references in the document', () => {
    const { plant, document } = validatePlant(withLogin({ user: 'u', password: 'x-${env:TOKEN}' }), registry, {
      secrets,
    });
    expect(plant?.drivers[0].options).toMatchObject({ login: { user: 'u', password: 'x-open-sesame' } });
    expect(JSON.stringify(document)).not.toContain('sesame');
  });

  it('may come from a file, whose last line break is no part of them', () => {
    const { plant } = validatePlant(withLogin({ token: '${file:token.txt}' }), registry, { secrets });
    expect(plant?.drivers[0].options).toMatchObject({ login: { token: 'from-a-file' } });
  });

  it('may be one that the gateway keeps itself (§13.5)', () => {
    const {
      plant,
      findings,
      secrets: told,
    } = validatePlant(withLogin({ token: '${secret:plc}' }), registry, { secrets });
    expect(plant?.drivers[0].options).toMatchObject({ login: { token: 'from-the-vault' } });
    expect([findings, told]).toEqual([[], ['from-the-vault']]);
  });

  it.each([
    [{ user: 'u', password: 'in-clear-8' }, ['drivers[0].options.login.password']],
    [{ token: 'in-clear-8' }, ['drivers[0].options.login.token']],
    [{ user: 'u', password: 'x-${env:TOKEN}' }, []],
    [{ user: 'mqtt://u:word@host', password: '${env:TOKEN}' }, ['drivers[0].options.login.user']],
  ])('in clear are a warning with the remedy, and refuse nothing: %j', (login, paths) => {
    const { plant, findings } = validatePlant(withLogin(login), registry, { secrets });
    expect(plant).toBeDefined();
    expect(findings.map(({ path, rule }) => [path, rule])).toEqual(paths.map((path) => [path, 'secret-in-clear']));
    for (const { message } of findings) expect(message).toMatch(/secrets set NAME/);
    expect(JSON.stringify(findings)).not.toMatch(/in-clear-8|word@/);
  });

  it.each([
    ['${secret:nope}', 'the reference ${secret:nope} does not resolve: there is no secret of that name'],
    ['${env:NOPE}', 'the reference ${env:NOPE} does not resolve'],
    ['${file:nope.txt}', 'the reference ${file:nope.txt} does not resolve'],
  ])('that are missing are named, and why only where the gateway keeps them: %s', (token, message) => {
    const { plant, findings } = validatePlant(withLogin({ token }), registry, { secrets });
    expect(plant).toBeUndefined();
    expect(findings).toContainEqual({
      path: 'drivers[0].options.login.token',
      rule: 'secret-missing',
      message,
      severity: 'error',
    });
  });

  it('are not described by what a schema has against them', () => {
    const { findings } = validatePlant(withLogin('${env:TOKEN}'), registry, { secrets });
    expect(findings.map(({ path, message }) => [path, message])).toEqual([
      ['drivers[0].options.login', 'what the reference stands for does not fit here'],
    ]);
  });

  it('are blanked in messages that a driver makes of them', () => {
    const document = {
      version: 1,
      site: 'a',
      drivers: [
        {
          id: 'p',
          type: 'press',
          options: { host: '${env:TOKEN}' },
          devices: [{ id: 'd', tags: [{ path: 'a', address: 'open-sesame', dataType: 'bool' }] }],
        },
      ],
    };
    const { findings } = validatePlant(document, registry, { secrets });
    expect(findings.map((finding) => finding.message)).toEqual(['*** is no register from 0 to 999999']);
  });
});

describe('any input at all (§7.1)', () => {
  it('is answered with findings or a plant, never with a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string()), (input) => {
        const { plant, findings } = validatePlant(input, registry);
        expect(plant !== undefined || findings.some(({ severity }) => severity === 'error')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('may put anything in place of any part of a good document', () => {
    const good = validatePlant(labPlant, registry).document;
    const places = placesIn(good);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, junk) => {
        const { plant, findings } = validatePlant(replaced(good, place, junk), registry);
        expect(plant !== undefined).toBe(findings.every(({ severity }) => severity === 'warning'));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([100, 1_000, 3_000, 20_000])('may be nested %i deep, as YAML, as JSON and as values', (depth) => {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const yaml = `{ version: 1, site: a, drivers: [{ id: p, type: press, options: { host: ${deep} } }] }`;
    const json = `{ "version": 1, "site": "a", "drivers": [{ "id": "p", "type": "press", "options": { "host": ${deep} } }] }`;
    for (const source of [yaml, json])
      expect(validatePlant(source, registry).findings[0]).toMatchObject({ severity: 'error' });
    expect(validatePlant(JSON.parse(json), registry).findings).toContainEqual(
      expect.objectContaining({ rule: 'options-depth' }),
    );
  });
});

type Place = readonly (string | number)[];

function placesIn(value: unknown, here: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [here];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  const below = [...keys].flatMap((key) => placesIn((value as Record<string | number, unknown>)[key], [...here, key]));
  return [here, ...below];
}

function replaced(value: unknown, [step, ...rest]: Place, junk: unknown): unknown {
  if (step === undefined) return junk;
  if (Array.isArray(value))
    return value.map((element: unknown, i) => (i === step ? replaced(element, rest, junk) : element));
  const record = value as Record<string, unknown>;
  return { ...record, [step]: replaced(record[step], rest, junk) };
}

/** The sample catalogue and the type `ruled`, a press with rules of its own. */
function catalogueWith(check: DriverDefinition['check']): Catalogue {
  const catalogue = sampleCatalogue();
  const press = catalogue.drivers.get('press')!;
  catalogue.drivers.register({ ...press, type: 'ruled', ...(check && { check }) });
  return catalogue;
}

const ruledPlant = (options: object = { host: 'h' }): object => ({
  version: 1,
  site: 'a',
  drivers: [
    {
      id: 'p',
      type: 'ruled',
      options,
      devices: [
        { id: 'd', options: { unitId: 'x' } },
        { id: 'e', tags: [{ path: 'a', address: '1', dataType: 'bool', access: 'read-write', verify: true }] },
        { id: 'f', tags: [{ path: 'b', address: '1', dataType: 'bool' }] },
      ],
    },
  ],
});

it('a driver type judges its options, devices and tags by rules of its own (§7.1)', () => {
  const seen: [unknown, readonly CheckedDevice[]][] = [];
  const { findings } = validatePlant(
    ruledPlant(),
    catalogueWith((options, devices) => {
      seen.push([options, devices]);
      return [
        { path: ['options', 'host'], rule: 'own', message: 'beware', severity: 'warning' },
        { path: ['devices', 1, 'tags', 0, 'access'], rule: 'own', message: 'no', severity: 'error' },
      ];
    }),
  );
  expect(seen).toEqual([
    [
      { host: 'h', port: 502, timeoutMs: 1_000 },
      [
        { options: { unitId: 1 }, tags: [] }, // what is right about them, defaults filled
        { options: { unitId: 1 }, tags: [{ access: 'read-write', verify: true }] },
        { options: { unitId: 1 }, tags: [{ access: 'read-only', verify: false }] },
      ],
    ],
  ]);
  const own = findings.filter(({ rule }) => rule === 'own');
  expect(own.map(({ path, severity }) => `${severity} ${path}`)).toEqual([
    'warning drivers[0].options.host',
    'error drivers[0].devices[1].tags[0].access',
  ]);
});

it('is not asked about options that make no sense, and may fail without taking the check with it', () => {
  const failing = (): never => {
    throw new Error('boom');
  };
  expect(validatePlant(ruledPlant({}), catalogueWith(failing)).findings.map(({ rule }) => rule)).not.toContain('own');
  const { findings } = validatePlant(ruledPlant(), catalogueWith(failing));
  expect(findings).toContainEqual({
    path: 'drivers[0]',
    rule: 'driver-options',
    message: 'the rules of driver type ruled failed: boom',
    severity: 'error',
  });
});
