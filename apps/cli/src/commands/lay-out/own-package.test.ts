import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../../testing/run-main.js';

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly main: string;
  readonly dependencies?: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies: Versions;
}

const tree = new URL('../../../../../', import.meta.url);
const read = (url: URL | string): Manifest => JSON.parse(readFileSync(url, 'utf8')) as Manifest;

describe.each(['driver', 'service'])('a %s where nothing is installed', (kind) => {
  let parent: string;
  let folder: string;
  let created: Awaited<ReturnType<typeof runMain>>;

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'fieldwarden-new-'));
    folder = join(parent, 'acme');
    created = await runMain([`${kind}s`, 'new', 'acme', '--dir', folder]);
  });

  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('becomes a package of its own, and its author is told what was packed and what to type', () => {
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain(`packed in\n${join(folder, 'vendor')}`);
    expect(created.stdout).toMatch(/cd .*acme\n +npm install\n +npm test\n +fieldwarden config validate plant.yaml/);
    for (const file of [`${kind}.ts`, `${kind}.test.ts`, 'tsconfig.json', '.npmrc', '.gitignore'])
      expect(existsSync(join(folder, file)), file).toBe(true);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(/npm install[^]*npm test[^]*`vendor` holds/);
  });

  it('whose packages lie beside it, with all of the tree that they import', () => {
    const { name, main, devDependencies } = read(join(folder, 'package.json'));
    expect([name, main]).toEqual(['acme', `${kind}.ts`]);
    const packed = Object.entries(devDependencies).filter(([, version]) => version.startsWith('file:'));
    for (const [, version] of packed)
      expect(existsSync(join(folder, version.slice('file:'.length))), version).toBe(true);
    const names = packed.map(([each]) => each);
    expect(names).toEqual(
      expect.arrayContaining([`@fieldwarden/core`, `@fieldwarden/${kind}`, '@fieldwarden/testkit']),
    );
    for (const each of names) {
      const { dependencies = {}, private: isPrivate } = read(new URL(import.meta.resolve(`${each}/package.json`)));
      expect(isPrivate, `${each} can be published`).toBeUndefined();
      const ofTheTree = Object.keys(dependencies).filter((other) => other.startsWith('@fieldwarden/'));
      expect(names).toEqual(expect.arrayContaining(ofTheTree));
    }
  });

  it('and which asks for the versions that the tree has', () => {
    const own = read(join(folder, 'package.json'));
    const root = read(new URL('package.json', tree));
    const { zod } = read(new URL('packages/contracts/driver/package.json', tree)).dependencies!;
    const { typescript, vitest, '@types/node': types } = root.devDependencies;
    expect(own.devDependencies).toMatchObject({ typescript, vitest, '@types/node': types, zod });
    expect(own.optionalDependencies).toEqual(root.optionalDependencies);
  });
});

describe('a folder that has something already', () => {
  it('keeps its package.json, and gets nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-new-'));
    writeFileSync(join(folder, 'package.json'), '{}');
    const { code, stderr } = await runMain(['drivers', 'new', 'acme', '--dir', folder]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('package.json exists already')]);
    expect([readFileSync(join(folder, 'package.json'), 'utf8'), existsSync(join(folder, 'driver.ts'))]).toEqual([
      '{}',
      false,
    ]);
    rmSync(folder, { recursive: true });
  });

  it('needs no packages of its own below a folder that has them', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'fieldwarden-new-'));
    for (const name of ['core', 'driver', 'gateway-contract', 'service', 'testkit']) {
      const installed = join(parent, 'node_modules/@fieldwarden', name);
      mkdirSync(installed, { recursive: true });
      writeFileSync(join(installed, 'package.json'), '{}');
    }
    const folder = join(parent, 'acme');
    const { stdout } = await runMain(['drivers', 'new', 'acme', '--dir', folder, '--json']);
    expect((JSON.parse(stdout) as { files: string[] }).files.sort()).toEqual(
      ['README.md', 'driver.test.ts', 'driver.ts', 'plant.yaml'].sort(),
    );
    rmSync(parent, { recursive: true });
  });
});

it('says what is missing where there is no npm', async () => {
  const folder = join(tmpdir(), `fieldwarden-new-${process.pid}`);
  const { code, stderr } = await runMain(['drivers', 'new', 'acme', '--dir', folder], { env: { PATH: '/nowhere' } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/npm cannot be started: .*ENOENT\n.*npm has to be on the PATH/);
  expect(existsSync(folder)).toBe(false);
});
