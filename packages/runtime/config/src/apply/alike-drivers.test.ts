import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitraryDocument, plantOf } from '../testing/arbitrary-plants.js';
import { sampleCatalogueWithSwarm } from '../testing/sample-catalogue.js';
import { withAlikeDrivers } from './alike-drivers.js';
import { planApply } from './plan-apply.js';

const catalogue = sampleCatalogueWithSwarm();

it('changes nothing of the plan between any two plants (§7.5)', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument, arbitraryDocument, async (a, b) => {
      const [old, next] = [plantOf(a), plantOf(b)];
      const context = { ...catalogue, written: { old: a, next: b } };
      const alike = await withAlikeDrivers(old, next, context);
      expect(planApply(alike, next, context)).toEqual(planApply(old, next, context));
    }),
    { numRuns: 50 },
  );
});

it('has the very drivers of the next plant where nothing differs, and the old ones elsewhere', async () => {
  const driver = (id: string, host: string) => ({ id, type: 'press', options: { host }, devices: [{ id: 'd' }] });
  const written = (host: string) =>
    ({ version: 1, site: 'lab', drivers: [driver('a', 'x'), driver('b', host)] }) as const;
  const [old, next] = [plantOf(written('y')), plantOf(written('z'))];
  const alike = await withAlikeDrivers(old, next, { ...catalogue });
  expect(alike.drivers[0]).toBe(next.drivers[0]);
  expect(alike.drivers[1]).toBe(old.drivers[1]);
});
