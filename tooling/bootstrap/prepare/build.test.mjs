import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledPackages, fingerprint, withoutChatter } from './build.mjs';
import { root } from '../process/paths.mjs';

let tree;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'fieldwarden-build-'));
  write('packages/kit/codec/package.json', '{}');
  write('packages/kit/codec/tsconfig.json', '{}');
  write('packages/kit/codec/src/index.ts', 'export {};');
  write('apps/docs/adr/0001.md', '# Decision');
  write('tooling/tsconfig/base.json', '{}');
});

afterEach(() => rmSync(tree, { recursive: true, force: true }));

function write(path, text) {
  mkdirSync(join(tree, path, '..'), { recursive: true });
  writeFileSync(join(tree, path), text);
}

function addPackage(folder) {
  write(`${folder}/tsconfig.json`, '{}');
  write(`${folder}/src/main.ts`, '');
}

const look = () => fingerprint(tree, compiledPackages(tree));

describe('the fingerprint of the sources', () => {
  it('is the same while nothing changes', () => {
    expect(look()).toBe(look());
  });

  it.each([
    ['a source is edited', () => write('packages/kit/codec/src/index.ts', 'export const a = 1;')],
    ['a source is added', () => write('packages/kit/codec/src/deep/new.ts', '')],
    ['a source is removed', () => rmSync(join(tree, 'packages/kit/codec/src/index.ts'))],
    ['a source is touched', () => utimesSync(join(tree, 'packages/kit/codec/src/index.ts'), 1, 1)],
    ['a package description is edited', () => write('packages/kit/codec/package.json', '{ "name": "codec" }')],
    ['a package is added', () => addPackage('apps/rig')],
    ['compiler options are edited', () => write('tooling/tsconfig/base.json', '{ "strict": true }')],
    ['the page of the web console is edited', () => write('packages/kit/codec/index.html', '<html></html>')],
    ['a public file of the web console is added', () => write('packages/kit/codec/public/favicon.svg', '<svg/>')],
    ['other packages are locked', () => write('package-lock.json', '{}')],
  ])('changes when %s', (_what, change) => {
    const before = look();
    change();
    expect(look()).not.toBe(before);
  });

  it('does not change with what no compiler reads', () => {
    const before = look();
    write('apps/docs/adr/0001.md', '# Another decision');
    write('packages/kit/codec/dist/index.js', '');
    write('packages/kit/codec/README.md', '');
    expect(look()).toBe(before);
  });
});

describe('the compiled tree', () => {
  it('has every package in all.json', () => {
    const { references } = JSON.parse(readFileSync(join(root, 'tooling/tsconfig/all.json'), 'utf8'));
    const listed = references.map(({ path }) => path.replace('../../', ''));
    expect(listed.sort()).toEqual(compiledPackages(root).sort());
  });
});

describe('the output of a failed build', () => {
  it('keeps the mistakes and drops the chatter around them', () => {
    const output = `
   • turbo 2.11.11
cache miss, executing 747808b7d16b484e
> fieldwarden@0.1.0 build
> tsc -b tooling/tsconfig/all.json
packages/a/src/index.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.
  The expected type comes from property 'a'.
 Tasks:    0 successful, 1 total
//#build:  ERROR  command (/srv/tree) npm run build exited (2)
 ERROR  run failed: command  exited (2)`;
    expect(withoutChatter(output).split('\n')).toEqual([
      "packages/a/src/index.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.",
      "  The expected type comes from property 'a'.",
    ]);
  });
});
