import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../process/paths.mjs';
import { cycloneDx } from './cyclonedx.mjs';
import { installedClosure, lockFile, shippedWorkspaces } from './installed-closure.mjs';
import { noticeOf } from './notice.mjs';

const product = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packages = installedClosure(root);
const bom = cycloneDx(product, packages, lockFile(root).packages);
const inBom = new Set(
  bom.components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`),
);

/** The same from the lock file alone, which says where each package of which version lies. */
function closureOfLockFile() {
  const { packages: locked } = lockFile(root);
  const found = new Set();
  const visit = (path) => {
    const entry = locked[path];
    const target = entry.link ? entry.resolved : path;
    if (found.has(target)) return;
    found.add(target);
    const { dependencies = {}, optionalDependencies = {} } = locked[target];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const next = placeOf(name, target, locked);
      if (next !== undefined && !locked[next].optional) visit(next);
    }
  };
  shippedWorkspaces.forEach(visit);
  return [...found]
    .filter((path) => path.includes('node_modules/'))
    .map((path) => `${path.split('node_modules/').at(-1)}@${locked[path].version}`);
}

function placeOf(name, from, locked) {
  for (let folder = from; ; folder = folder.replace(/(?:^|\/)[^/]*$/, '')) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (locked[candidate]) return candidate;
    if (folder === '') return undefined;
  }
}

describe('the software bill of materials (§13.5)', () => {
  it('has everything that the lock file says the product needs, and nothing that only builds or tests it', () => {
    const needed = closureOfLockFile();
    expect(needed.length).toBeGreaterThan(200);
    expect(needed.filter((one) => !inBom.has(one))).toEqual([]);
    expect(needed.filter((one) => one.startsWith('node-opcua')).length).toBeGreaterThan(50);
    expect([...inBom].filter((one) => /^(?:vitest|eslint|prettier|typescript|vite|turbo)@/.test(one))).toEqual([]);
  });

  it('names version, licence, digest and purl of each, once', () => {
    expect(new Set(bom.components.map((component) => component['bom-ref'])).size).toBe(inBom.size);
    for (const { name, version, licenses, hashes, purl } of bom.components) {
      expect([name, version, purl]).toEqual([
        expect.any(String),
        expect.any(String),
        expect.stringMatching(/^pkg:npm\//),
      ]);
      expect(licenses[0].expression ?? licenses[0].license.id, name).toMatch(/\S/);
      expect(hashes, name).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
    }
    expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('holds no licence that would bind who ships it', () => {
    const bound = packages.filter(({ licence }) => /GPL|SSPL|BUSL|CC-BY-NC/.test(licence) && !/ OR /.test(licence));
    expect(bound).toEqual([]);
  });

  it('stands in NOTICE as it is: npm run sbom -- --notice tooling/deploy/NOTICE', () => {
    expect(readFileSync(join(root, 'tooling/deploy/NOTICE'), 'utf8')).toBe(noticeOf(product, packages));
  });
});
