import { documentDigest, planApply, type PlantDocument } from '@fieldwarden/config';
import { systemClock } from '@fieldwarden/core';
import type { CheckedPlant } from '@fieldwarden/generations';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInCatalogue } from '../../catalogue.js';
import { PlantChecker } from './plant-checker.js';

const tagsPerDriver = 700;

/** Three drivers, 2,100 tags: checked in the thread. */
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

const checkerIn = (home: string): PlantChecker => new PlantChecker(builtInCatalogue(), home, systemClock);

function accepted({ plant, document, findings }: CheckedPlant): Required<Pick<CheckedPlant, 'plant' | 'document'>> {
  if (!plant || !document) throw new Error(JSON.stringify(findings));
  return { plant, document };
}

describe('PlantChecker with a large document (§7.1)', () => {
  it('finds what the main thread would find, and gives back the same plant, frozen', async () => {
    const catalogue = builtInCatalogue();
    const checker = new PlantChecker(catalogue, '/', systemClock);
    const { plant, document } = accepted(await checker.check({ document: plantOf() }));
    const small = accepted(await checker.check({ text: JSON.stringify(plantOf()) }));
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
    const secret = join(home.path, 'host');
    const document = plantOf() as PlantDocument;
    const drivers = document.drivers!.map((driver, i) =>
      i === 1 ? { ...driver, options: { ...driver.options, host: `\${file:${secret}}` } } : driver,
    );
    const checker = checkerIn(home.path);
    const hostOf = async (host: string): Promise<unknown> => {
      await writeFile(secret, host);
      const { plant } = accepted(await checker.check({ document: { ...document, drivers } }));
      return (plant.drivers[1].options as { host: string }).host;
    };
    expect(await hostOf('10.0.0.1')).toBe('10.0.0.1');
    expect(await hostOf('10.0.0.2')).toBe('10.0.0.2');
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

  it('survives a third-party driver that ends the thread, and says what it was', async () => {
    await using home = await temporaryDirectory();
    const module = join(home.path, 'leaves.mjs');
    await writeFile(
      module,
      `const schema = { safeParse: () => process.exit(3) };
export default { type: 'leaves', version: '1', tier: 'C', options: schema, deviceOptions: schema, address: String, create() {} };`,
    );
    const document = plantOf() as PlantDocument;
    const leaves = { ...document.drivers![0], id: 'leaves', type: './leaves.mjs', devices: [] };
    const checker = checkerIn(home.path);
    const refused = await checker.check({ document: { ...document, drivers: [...document.drivers!, leaves] } });
    expect(refused.findings).toMatchObject([{ rule: 'not-checked', severity: 'error' }]);
    expect(refused.findings[0].message).toContain('third-party driver');
    expect((await checker.check({ document })).plant).toBeDefined();
  });
});
