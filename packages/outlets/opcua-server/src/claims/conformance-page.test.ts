import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { securityPolicyNames } from '../settings.js';
import { claimedProfiles } from './profiles.js';

const sourceFolder = new URL('../', import.meta.url);
const page = readFileSync(new URL('../../../../../apps/docs/opcua.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );

test('the page of conformance names the profiles that the server claims, and no others (§10.1)', () => {
  const written = rows.flatMap(([first]) => /^`(http:.*)`$/.exec(first)?.[1] ?? []);
  const all = claimedProfiles({ securityPolicies: securityPolicyNames, anonymous: true, methods: true });
  expect(written.toSorted()).toEqual(all.toSorted());
  const conditions = rows.filter(([first]) => first.startsWith('`http:'));
  const always = conditions.filter(([, when]) => when === 'always').map(([uri]) => uri.replaceAll('`', ''));
  const least = claimedProfiles({ securityPolicies: ['None'], anonymous: false, methods: false });
  expect(least.filter((uri) => !uri.endsWith('#None')).toSorted()).toEqual(always.toSorted());
});

test('each unit that is served names a test that exists; each that is not says why', () => {
  const units = rows.filter(([first, served]) => !first.startsWith('`http:') && served !== 'served' && first !== '');
  const tested = units.filter(([, served]) => ['yes', 'no', 'in part'].includes(served));
  expect(tested.length).toBeGreaterThan(50);
  for (const [unit, served, proof] of tested) {
    const files = [...proof.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file]) => file);
    if (served === 'yes') expect(files, unit).not.toEqual([]);
    else expect(proof.length, unit).toBeGreaterThan(10);
    for (const file of files)
      expect(existsSync(fileURLToPath(new URL(file, sourceFolder))), `${unit}: ${file}`).toBe(true);
  }
});
