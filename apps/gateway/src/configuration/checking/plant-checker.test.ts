import { documentDigest, planApply, type PlantDocument } from '@fieldwarden/config';
import { LiveSecrets, systemClock } from '@fieldwarden/core';
import type { CheckedPlant } from '@fieldwarden/generations';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInCatalogue } from '../../catalogue.js';
import { PlantChecker } from './plant-checker.js';

const tagsPerDriver = 700;

/** Three drivers, 2,100 tags: above what a start checks in its own process. */
function plantOf(addresses: readonly [string, string, string] = ['HR0', 'HR0', 'HR0'], more: object = {}): object {
  const drivers = addresses.map((first, d) => ({
    id: `d${d}`,
    type: 'modbus',
    options: { host: '127.0.0.1', port: 1502 + d },
    devices: [
      {
        id: 'u',
        options: { unitId: 1 },
        tags: Array.from({ length: tagsPerDriver }, (_, t) => ({
          path: `d${d}/t${t}`,
          address: t === 0 ? first : `HR${t}`,
          dataType: 'uint16',
        })),
      },
    ],
  }));
  return { version: 1, site: 'test', drivers, ...more };
}

/** One that serves: everything is checked in its process. */
function checkerIn(home: string, catalogue = builtInCatalogue(), secrets = new LiveSecrets()): PlantChecker {
  const reach = { home, secretFolders: [home], moduleFolders: [home] };
  const checker = new PlantChecker({ catalogue, secrets, clock: systemClock }, reach);
  checker.release();
  return checker;
}

function accepted({ plant, document, findings }: CheckedPlant): Required<Pick<CheckedPlant, 'plant' | 'document'>> {
  if (!plant || !document) throw new Error(JSON.stringify(findings));
  return { plant, document };
}

describe('PlantChecker (§7.1)', () => {
  it('gives a document without drivers back as it is written, by which it is sealed', async () => {
    const written = { version: 1, site: 'test', tls: { enabled: true } };
    const { document, plant } = accepted(await checkerIn('/').check({ text: JSON.stringify(written) }));
    expect(document).toEqual(written);
    expect(plant.tls).toEqual({ enabled: true, certFile: null, keyFile: null });
  });

  it("finds in its process what a start finds in the gateway's own, and gives back the same plant, frozen", async () => {
    const reach = { home: '/', secretFolders: [], moduleFolders: [] };
    const starting = new PlantChecker(
      { catalogue: builtInCatalogue(), secrets: new LiveSecrets(), clock: systemClock },
      reach,
    );
    const { plant, document } = accepted(await checkerIn('/').check({ document: plantOf() }));
    const small = accepted(await starting.check({ text: JSON.stringify(plantOf()) }));
    expect(plant).toEqual(small.plant);
    expect(document).toEqual(small.document);
    expect(Object.isFrozen(plant.drivers[2].devices[0].tags[tagsPerDriver - 1])).toBe(true);
    expect(Object.isFrozen(document.drivers?.[2])).toBe(true);
    expect(documentDigest(document)).toEqual(documentDigest(structuredClone(document)));
  });

  it('gives drivers that are as they were as the very same objects, so that nobody compares them again', async () => {
    const checker = checkerIn('/');
    const first = accepted(await checker.check({ document: plantOf() }));
    const second = accepted(await checker.check({ document: plantOf(['HR0', 'HR9', 'HR0']) }));
    const same = second.plant.drivers.map((driver, i) => driver === first.plant.drivers[i]);
    expect(same).toEqual([true, false, true]);
    expect(second.plant.drivers[1].devices[0].tags[0].address).toEqual(
      accepted(await checker.check({ text: JSON.stringify(plantOf(['HR0', 'HR9', 'HR0'])) })).plant.drivers[1]
        .devices[0].tags[0].address,
    );
    const plan = planApply(first.plant, second.plant, builtInCatalogue());
    expect(plan.steps.map(({ driverId, action }) => [driverId, action])).toEqual([['d1', 'tags']]);
  });

  it('sees another value behind the same reference to a secret', async () => {
    await using home = await temporaryDirectory();
    const secret = join(home.path, 'secrets', 'host');
    await mkdir(join(home.path, 'secrets'));
    const document = plantOf() as PlantDocument;
    const drivers = document.drivers!.map((driver, i) =>
      i === 1 ? { ...driver, options: { ...driver.options, host: `\${file:${secret}}` } } : driver,
    );
    const secrets = new LiveSecrets();
    const checker = checkerIn(home.path, builtInCatalogue(), secrets);
    const hostOf = async (host: string): Promise<unknown> => {
      await writeFile(secret, host);
      const { plant } = accepted(await checker.check({ document: { ...document, drivers } }));
      return (plant.drivers[1].options as { host: string }).host;
    };
    expect(await hostOf('10.0.0.1')).toBe('10.0.0.1');
    expect(await hostOf('10.0.0.2')).toBe('10.0.0.2');
    expect(secrets.redact('connect 10.0.0.1, then 10.0.0.2')).toBe('connect ***, then ***');
  });

  it('tells all findings of a document that cannot run, and goes on with the next', async () => {
    const checker = checkerIn('/');
    const wrong = await checker.check({ document: plantOf(['nonsense', 'HR0', 'IR-1']) });
    expect(wrong.plant).toBeUndefined();
    expect(wrong.findings.filter(({ severity }) => severity === 'error').length).toBeGreaterThanOrEqual(2);
    expect((await checker.check({ document: plantOf() })).plant).toBeDefined();
  });

  it('takes several at a time, one after the other, and refuses what exceeds its room', async () => {
    const checker = checkerIn('/');
    const jobs = Array.from({ length: 10 }, async () => await checker.check({ document: plantOf() }));
    const results = await Promise.all(jobs);
    expect(results.filter(({ plant }) => plant !== undefined)).toHaveLength(8);
    expect(results.at(-1)?.findings).toMatchObject([{ rule: 'not-checked', severity: 'error' }]);
  });

  const leaving = `import { z } from 'zod';
const schema = z.custom(() => process.exit(3));
export default { type: 'leaves', version: '1', tier: 'C', options: schema, deviceOptions: schema, address: String, create() {} };`;
  const driver = { id: 'acme', type: './acme.mjs', options: { host: 'h' } };
  const acme = { version: 1, site: 'test', opcua: { enabled: false }, drivers: [driver] };

  it('survives a third-party driver that ends its process, and says what it was; mended, it is taken', async () => {
    await using home = await temporaryDirectory();
    await writeFile(join(home.path, 'acme.mjs'), leaving);
    const catalogue = builtInCatalogue();
    const checker = checkerIn(home.path, catalogue);
    const { findings } = await checker.check({ document: acme });
    expect(findings).toMatchObject([{ rule: 'driver-not-loaded', path: 'drivers[0].type', severity: 'error' }]);
    expect(findings[0].message).toContain('ends the process');
    await writeFile(join(home.path, 'acme.mjs'), leaving.replace('process.exit(3)', 'true'));
    const { plant } = accepted(await checker.check({ document: acme }));
    expect(plant.drivers[0]).toMatchObject({ tier: 'C', isolation: 'host', options: { host: 'h' } });
    expect(catalogue.drivers.get(join(home.path, 'acme.mjs'))).toMatchObject({ tier: 'C', version: '1' });
  });

  it('loads modules only from folders that are named, and only for who may configure', async () => {
    await using home = await temporaryDirectory();
    await using elsewhere = await temporaryDirectory();
    const ran = join(elsewhere.path, 'ran');
    const witness = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(ran)}, ''); ${leaving}`;
    await writeFile(join(elsewhere.path, 'acme.mjs'), witness);
    await symlink(join(elsewhere.path, 'acme.mjs'), join(home.path, 'acme.mjs'));
    const checker = checkerIn(home.path);
    const linked = await checker.check({ document: acme });
    expect(linked.findings[0].message).toMatch(/in no folder that the operator named.*--drivers DIR/);
    await rm(join(home.path, 'acme.mjs'));
    await writeFile(join(home.path, 'acme.mjs'), witness);
    const viewed = await checker.check({ document: acme, mayConfigure: false });
    expect(viewed.findings[0].message).toMatch(/only for who may configure/);
    expect(existsSync(ran)).toBe(false);
  });

  it('tells who may not configure nothing of files, folders and secrets of this machine', async () => {
    await using home = await temporaryDirectory();
    const there = join(home.path, 'there');
    await mkdir(join(there, 'acme'), { recursive: true });
    await writeFile(join(there, 'file'), 'no certificate');
    await writeFile(join(there, 'acme', 'package.json'), '{');
    /** The same names, in a folder that is there and in one that is not. */
    const naming = (folder: string): object => ({
      version: 1,
      site: 'test',
      tls: { enabled: true, certFile: `${folder}/file`, keyFile: `${folder}/file` },
      access: { ldap: { urls: ['ldaps://dir'], userBase: 'ou=people,dc=plant', caFile: `${folder}/file` } },
      mqtt: {
        url: 'mqtts://broker',
        username: 'u',
        password: `\${file:${folder}/file}`,
        tls: { caFile: `${folder}/file` },
      },
      drivers: [
        { id: 'm', type: 'mqtt', options: { url: 'mqtts://broker', tls: { caFile: `${folder}/file` } }, devices: [] },
        { id: 'a', type: `${folder}/acme`, options: {}, devices: [] },
      ],
    });
    const checker = checkerIn(home.path);
    const told = async (folder: string, mayConfigure: boolean): Promise<readonly string[]> => {
      const { findings } = await checker.check({ document: naming(folder), mayConfigure });
      return findings.map(({ path, rule, message }) => `${path} ${rule} ${message.replaceAll(folder, 'DIR')}`);
    };
    const missing = join(home.path, 'missing');
    const engineer = [await told(there, true), await told(missing, true)] as const;
    for (const rule of ['tls-file', 'access-ca-file', 'mqtt-tls-file', 'secret-missing'])
      expect(
        engineer[1].some((finding) => finding.includes(` ${rule} `)),
        rule,
      ).toBe(true);
    expect(engineer[0]).not.toEqual(engineer[1]);
    const viewer = await told(there, false);
    expect(viewer).toEqual(await told(missing, false));
    expect(viewer).toEqual([
      expect.stringContaining('drivers[1].type driver-not-loaded driver modules are loaded only for who may configure'),
      expect.stringContaining(' not-looked-up '),
      expect.stringContaining(' access-no-role '),
    ]);
  });

  it('runs no module in the process that asks', async () => {
    await using home = await temporaryDirectory();
    const mark = `import { z } from 'zod'; globalThis.acmeWasHere = true; ${leaving.replace('process.exit(3)', 'true').replace(/^import.*/, '')}`;
    await writeFile(join(home.path, 'acme.mjs'), mark);
    accepted(await checkerIn(home.path).check({ document: acme }));
    expect('acmeWasHere' in globalThis).toBe(false);
  });

  it('goes on when its process ends in the middle of a check', async () => {
    await using home = await temporaryDirectory();
    await writeFile(join(home.path, 'acme.mjs'), 'for (;;);');
    const checker = checkerIn(home.path);
    const before = childPids();
    const refused = checker.check({ document: acme });
    const checking = await waitFor(() => childPids().find((pid) => !before.includes(pid)), { what: 'its process' });
    process.kill(checking, 'SIGKILL');
    expect((await refused).findings).toMatchObject([{ rule: 'not-checked', path: '' }]);
    expect((await checker.check({ document: plantOf() })).plant).toBeDefined();
  });
});

function childPids(): readonly number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return children.split(' ').flatMap((pid) => Number(pid) || []);
}
