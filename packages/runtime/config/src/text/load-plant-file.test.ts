import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPlantFile } from './load-plant-file.js';
import { labPlant } from '../testing/lab-plant.js';
import { sampleCatalogue } from '../testing/sample-catalogue.js';
import { askThirdParties, type ThirdPartyVerdicts } from '../modules/third-parties.js';
import type { Catalogue } from '../document/catalogue.js';
import { SecretResolver } from '../rules/secrets.js';

/** Where the sample driver modules are; they need this package's dependencies. */
const testing = fileURLToPath(new URL('../testing/', import.meta.url));

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plant-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function plantFile(text: string): Promise<string> {
  const file = join(directory, 'plant.yaml');
  await writeFile(file, text);
  return file;
}

const withType = (type: string) => ({ version: 1, site: 'a', drivers: [{ id: 'p', type, options: { host: 'h' } }] });

/** Where everybody may load everything that lies below `baseDir`. */
async function ask(document: unknown, baseDir: string, catalogue: Catalogue): Promise<ThirdPartyVerdicts> {
  const secrets = new SecretResolver({ env: () => undefined, file: () => undefined });
  return await askThirdParties({
    document,
    baseDir,
    access: { folders: [baseDir] },
    mayConfigure: true,
    catalogue,
    secrets,
  });
}

describe('a plant file', () => {
  it('is read and validated', async () => {
    const { plant, findings, text } = await loadPlantFile(await plantFile(labPlant), sampleCatalogue());
    expect(findings).toEqual([]);
    expect(plant?.site).toBe('lab');
    expect(text).toBe(labPlant);
  });

  it('that is not there is a finding', async () => {
    const { plant, findings } = await loadPlantFile(join(directory, 'none.yaml'), sampleCatalogue());
    expect(plant).toBeUndefined();
    expect(findings).toMatchObject([{ path: '', rule: 'file', severity: 'error' }]);
    expect(findings[0].message).toMatch(/none\.yaml/);
  });

  it.each([
    ['the old Western one', Buffer.from('version: 1\nsite: lab # 20 \xb0C\n', 'latin1'), 2],
    ['UTF-16', Buffer.from('\uFEFFversion: 1\nsite: lab\n', 'utf16le'), 1],
  ])('in another encoding, %s, is a finding', async (_says, bytes, line) => {
    const file = join(directory, 'plant.yaml');
    await writeFile(file, bytes);
    const { plant, text, findings } = await loadPlantFile(file, sampleCatalogue());
    expect({ plant, text, findings }).toEqual({
      plant: undefined,
      text: undefined,
      findings: [
        {
          path: '',
          rule: 'encoding',
          severity: 'error',
          message: `line ${line} is not UTF-8 text; save the file as UTF-8`,
        },
      ],
    });
  });

  it.each(['', '  '])('may begin with a byte order mark (%j)', async (blank) => {
    const { findings } = await loadPlantFile(
      await plantFile(`\uFEFF${blank}{ "version": 1, "site": "lab" }`),
      sampleCatalogue(),
    );
    expect(findings).toEqual([]);
  });

  it('finds its secrets beside itself', async () => {
    await writeFile(join(directory, 'host.txt'), '10.0.0.9\r\n');
    const text = JSON.stringify({
      ...withType('press'),
      drivers: [{ id: 'p', type: 'press', options: { host: '${file:host.txt}' } }],
    });
    const { plant } = await loadPlantFile(await plantFile(text), sampleCatalogue());
    expect(plant?.drivers[0].options).toMatchObject({ host: '10.0.0.9' });
  });

  it.each([
    ['a file elsewhere', '${file:/etc/hostname}'],
    ['a link to elsewhere', '${file:link.txt}'],
    ['a way out', '${file:../../etc/hostname}'],
    ['the folder itself', '${file:.}'],
    ['a variable of the gateway', '${env:FIELDWARDEN_TOKEN}'],
    ['a variable of the database client', '${env:PGPASSWORD}'],
    ['a variable of the machine', '${env:PATH}'],
    ['what is not there', '${env:SURELY_NOT_SET}'],
  ])('says no more of %s than that it does not resolve', async (_says, host) => {
    process.env.FIELDWARDEN_TOKEN = 'of-the-gateway';
    process.env.PGPASSWORD = 'of-the-database';
    await symlink('/etc/hostname', join(directory, 'link.txt'));
    const text = JSON.stringify({ version: 1, site: 'a', drivers: [{ id: 'p', type: 'press', options: { host } }] });
    const { plant, findings } = await loadPlantFile(await plantFile(text), sampleCatalogue());
    expect(plant).toBeUndefined();
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      expect.stringMatching(/^secret-missing: the reference \$\{(?:file|env):[^}]*\} does not resolve$/),
    ]);
  });

  it('reads nothing of the gateway where its home is the folder of the plant', async () => {
    const names = ['tokens.json', 'secret.key', 'environment', '.env', 'gateway.env'];
    await mkdir(join(directory, 'secrets'));
    for (const name of [...names, 'secrets/pw']) await writeFile(join(directory, name), '10.0.0.9');
    const findingsOf = async (name: string): Promise<readonly string[]> => {
      const drivers = [{ id: 'p', type: 'press', options: { host: `\${file:${name}}` } }];
      const file = await plantFile(JSON.stringify({ version: 1, site: 'a', drivers }));
      return (await loadPlantFile(file, sampleCatalogue(), { home: directory })).findings.map(({ rule }) => rule);
    };
    for (const name of names) expect(await findingsOf(name)).toEqual(['secret-missing']);
    expect(await findingsOf('secrets/pw')).toEqual([]);
  });

  it('reads secrets below folders that the operator named', async () => {
    const folder = join(directory, 'elsewhere');
    await mkdir(folder);
    await writeFile(join(folder, 'host.txt'), '10.0.0.9');
    const plants = join(directory, 'plants');
    await mkdir(plants);
    const file = join(plants, 'plant.yaml');
    const options = { host: '${file:../elsewhere/host.txt}' };
    await writeFile(file, JSON.stringify({ version: 1, site: 'a', drivers: [{ id: 'p', type: 'press', options }] }));
    expect((await loadPlantFile(file, sampleCatalogue())).plant).toBeUndefined();
    const { plant, secrets } = await loadPlantFile(file, sampleCatalogue(), { secretFolders: [folder] });
    expect(plant?.drivers[0].options).toMatchObject({ host: '10.0.0.9' });
    expect(secrets).toEqual(['10.0.0.9']);
  });

  it('may not take a device or a folder for a secret', async () => {
    const text = JSON.stringify({
      ...withType('press'),
      drivers: [{ id: 'p', type: 'press', options: { host: '${file:/dev/zero}' } }],
    });
    const { findings } = await loadPlantFile(await plantFile(text), sampleCatalogue());
    expect(findings[0].message).toBe('the reference ${file:/dev/zero} does not resolve');
  });

  it('gives the reason once when its driver cannot be loaded, with the place in the text', async () => {
    const { findings } = await loadPlantFile(
      await plantFile('version: 1\nsite: a\ndrivers:\n  - { id: p, type: ./gone.ts }\n'),
      sampleCatalogue(),
    );
    expect(findings).toMatchObject([{ path: 'drivers[0].type', rule: 'driver-not-loaded', line: 4, column: 14 }]);
    expect(findings[0].message).toMatch(/gone\.ts could not be loaded: there is no such file/);
  });
});

describe('a third-party driver', () => {
  it('is loaded from a file beside the plant, as tier C under the name that is written', async () => {
    const catalogue = sampleCatalogue();
    expect((await ask(withType('./drivers/acme.ts'), testing, catalogue)).findings).toEqual([]);
    expect(catalogue.drivers.get('./drivers/acme.ts')).toMatchObject({
      type: './drivers/acme.ts',
      version: '2.0.0',
      tier: 'C',
      entry: pathToFileURL(join(testing, 'drivers/acme.ts')).href,
    });
  });

  it('is loaded once, however often it is used', async () => {
    const catalogue = sampleCatalogue();
    const document = { drivers: [{ type: './drivers/acme.ts' }, { type: './drivers/acme.ts' }, { type: 'press' }] };
    const { findings, modules } = await ask(document, testing, catalogue);
    expect([findings, modules.length]).toEqual([[], 1]);
    expect(catalogue.drivers.types().map(({ type }) => type)).toEqual(['press', 'robot', './drivers/acme.ts']);
  });

  it.each([
    ['./drivers/not-a-driver.ts', /has no driver definition as its default export/],
    ['./drivers/without-schema.ts', /no zod schema `options`/],
    ['./drivers/throws-at-import.ts', /could not be loaded: libacme\.so is missing/],
  ])('that is none is a finding with the reason: %s', async (type, message) => {
    const catalogue = sampleCatalogue();
    const { findings } = await ask(withType(type), testing, catalogue);
    expect(findings).toMatchObject([{ path: 'drivers[0].type', rule: 'driver-not-loaded', severity: 'error' }]);
    expect(findings[0].message).toMatch(message);
    expect(catalogue.drivers.get(type)).toBeUndefined();
  });

  it.each([
    ['an exports map for import only', { exports: { '.': { import: './driver.mjs' } } }],
    ['a main file', { main: 'driver.mjs' }],
  ])('is loaded from an installed package with %s', async (_says, manifest) => {
    const home = join(directory, 'node_modules', 'acme-driver');
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'acme-driver', type: 'module', ...manifest }));
    await writeFile(
      join(home, 'driver.mjs'),
      `export { default } from ${JSON.stringify(pathToFileURL(join(testing, 'drivers/acme.ts')).href)};`,
    );
    const catalogue = sampleCatalogue();
    const { plant, findings } = await loadPlantFile(
      await plantFile(JSON.stringify(withType('acme-driver'))),
      catalogue,
    );
    expect(findings).toEqual([]);
    expect(plant?.drivers[0]).toMatchObject({
      type: expect.stringMatching(/node_modules\/acme-driver$/) as string,
      tier: 'C',
      isolation: 'host',
    });
  });

  it.each(['fs', 'nowhere-installed', '../../etc/../x y', ''])('is not looked for behind %j', async (type) => {
    const { findings } = await ask(withType(type), directory, sampleCatalogue());
    expect(findings.length).toBe(type.startsWith('.') ? 1 : 0);
  });

  it('is never a module of Node itself, even if a package has taken its name', async () => {
    const home = join(directory, 'node_modules', 'events');
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'events', main: 'index.js' }));
    await writeFile(join(home, 'index.js'), '');
    expect((await ask(withType('events'), directory, sampleCatalogue())).findings).toEqual([]);
  });

  it('is not looked for in what is no document', async () => {
    for (const junk of [undefined, null, 5, [], { drivers: {} }, { drivers: [null, { type: 5 }] }]) {
      expect((await ask(junk, directory, sampleCatalogue())).findings).toEqual([]);
    }
  });
});
