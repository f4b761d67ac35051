import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** One package per layer, and a second driver; packages may not be called like a tag. */
const layers = {
  'a-contracts': 'contracts',
  'the-shapes': ['contracts', 'api-shapes'],
  'a-kit': 'kit',
  'a-driver': 'driver',
  'another-driver': 'driver',
  'a-runtime': 'runtime',
  'a-outlet': 'outlet',
  'an-automation': 'automation',
  'a-app': 'app',
};

let tree;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'fieldwarden-boundaries-'));
  copyFileSync(join(root, 'turbo.json'), join(tree, 'turbo.json'));
  writeJson('package.json', { name: 'tree', private: true, packageManager: 'npm@11.0.0', workspaces: ['packages/*'] });
  writeJson('package-lock.json', { name: 'tree', lockfileVersion: 3, packages: {} });
});

afterEach(() => rmSync(tree, { recursive: true, force: true }));

function writeJson(path, content) {
  writeFileSync(join(tree, path), JSON.stringify(content));
}

/** Runs `turbo boundaries` with the project's own turbo.json over these packages. */
function boundaries(dependencies, kind = 'dependencies') {
  for (const [name, tag] of Object.entries(layers)) writePackage(name, tag, dependencies[name] ?? [], kind);
  return turboBoundaries();
}

function turboBoundaries() {
  const turbo = join(root, 'node_modules/turbo/bin/turbo');
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [turbo, 'boundaries'], {
    cwd: tree,
    env,
    encoding: 'utf8',
  });
  return { code: status, output: stdout + stderr };
}

function writePackage(name, tag, dependencies, kind) {
  mkdirSync(join(tree, 'packages', name, 'src'), { recursive: true });
  const versions = Object.fromEntries(dependencies.map((dependency) => [dependency, '1.0.0']));
  writeJson(`packages/${name}/package.json`, { name, version: '1.0.0', [kind]: versions });
  writeJson(`packages/${name}/turbo.json`, { extends: ['//'], tags: [tag].flat() });
  const imports = dependencies.map((dependency) => `import '${dependency}';`).join('\n');
  writeFileSync(join(tree, 'packages', name, 'src/index.ts'), imports);
}

describe('turbo boundaries', () => {
  it('lets every layer use the layers below it', () => {
    const { code, output } = boundaries({
      'the-shapes': ['a-contracts'],
      'a-kit': ['a-contracts'],
      'a-driver': ['a-contracts', 'a-kit'],
      'a-runtime': ['a-contracts'],
      'a-outlet': ['a-contracts', 'the-shapes', 'a-runtime'],
      'an-automation': ['a-contracts', 'a-kit', 'a-runtime'],
      'a-app': ['a-contracts', 'the-shapes', 'a-kit', 'a-driver', 'a-runtime', 'a-outlet', 'an-automation'],
    });
    expect(output).toContain('no issues found');
    expect(code).toBe(0);
  });

  it('lets drivers, runtime and outlets use the test kit for their tests', () => {
    const tested = { 'a-driver': ['a-kit'], 'a-runtime': ['a-kit'], 'a-outlet': ['a-kit'] };
    expect(boundaries(tested, 'devDependencies').code).toBe(0);
  });

  it.each([
    ['a-contracts', 'a-kit'],
    ['a-contracts', 'the-shapes'],
    ['a-kit', 'the-shapes'],
    ['a-driver', 'the-shapes'],
    ['a-runtime', 'the-shapes'],
    ['a-kit', 'a-driver'],
    ['a-kit', 'a-runtime'],
    ['a-driver', 'another-driver'],
    ['a-driver', 'a-runtime'],
    ['a-driver', 'a-outlet'],
    ['a-runtime', 'a-outlet'],
    ['a-runtime', 'an-automation'],
    ['an-automation', 'a-outlet'],
    ['a-runtime', 'a-app'],
    ['a-outlet', 'a-app'],
    ['a-outlet', 'an-automation'],
    ['an-automation', 'a-driver'],
    ['an-automation', 'the-shapes'],
    ['an-automation', 'a-app'],
  ])('reports %s that imports %s', (from, to) => {
    const { code, output } = boundaries({ [from]: [to] });
    expect(code).toBe(1);
    expect(output).toContain(`Package \`${to}\` found with tag listed in denylist`);
  });

  it('reports a package that imports what it does not declare', () => {
    for (const [name, tag] of Object.entries(layers)) writePackage(name, tag, [], 'dependencies');
    writeFileSync(join(tree, 'packages/a-app/src/index.ts'), "import 'a-contracts';");
    const { code, output } = turboBoundaries();
    expect(code).toBe(1);
    expect(output).toContain('it is not a');
  });
});
