import { LiveSecrets, systemClock } from '@fieldwarden/core';
import type { RunningVersion } from '@fieldwarden/generations';
import { createMetrics } from '@fieldwarden/observe';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { builtInCatalogue } from '../catalogue.js';
import { makeCommonDependencies, type CommonDependencies } from '../process/common-dependencies.js';
import { HomeDirectory } from '../process/home-directory.js';
import { plantOf } from '../testing/running-plant.js';
import { makeDrivers, type MadeDrivers } from './make-drivers.js';

const options = {
  plantFile: undefined,
  bind: '127.0.0.1',
  servicePorts: {},
  healthPort: 0,
  adminPort: 0,
  console: false,
} as const;

const neverAsked = (): Promise<never> => Promise.reject(new Error('nothing is published here'));

async function commonOf(path: string): Promise<CommonDependencies> {
  return makeCommonDependencies({
    options: { ...options, home: path },
    catalogue: builtInCatalogue(),
    secrets: new LiveSecrets(),
    check: neverAsked,
    edit: neverAsked,
    importTags: neverAsked,
    home: await HomeDirectory.claim(path),
    clock: systemClock,
    random: Math.random,
  });
}

/** A plant of which nothing but the drivers is left, and what was its list of tags. */
async function madeOf(
  common: CommonDependencies,
  ends: AsyncDisposableStack,
): Promise<{ made: MadeDrivers; tags: WeakRef<object> }> {
  const tags = Array.from({ length: 10 }, (_, i) => ({ path: `line/t${i}`, address: `HR${i}`, dataType: 'uint16' }));
  const devices = [{ id: 'u', options: { unitId: 1 }, tags }];
  const driver = { id: 'd', type: 'modbus', options: { host: '127.0.0.1', port: 1 }, devices };
  const document = { version: 1, site: 'lab', drivers: [driver] };
  const plant = plantOf(document, common.catalogue);
  const summary = { generation: 1 } as RunningVersion['summary'];
  const metrics = createMetrics();
  ends.defer(() => metrics.close());
  const facts = { generation: 1, usingStaleConfig: false, authority: 'embedded', authorityReachable: true } as const;
  const running = { plant, summary, document: { version: 1, site: 'lab' } } as RunningVersion;
  const made = makeDrivers(common, running, { metrics, configuration: { facts: () => facts } });
  return { made, tags: new WeakRef(plant.drivers[0].devices[0].tags) };
}

it('lets the tags of the plant go: what is left of them stands in the store', async () => {
  await using ends = new AsyncDisposableStack();
  const directory = ends.use(await temporaryDirectory());
  const common = await commonOf(directory.path);
  ends.defer(async () => await common.shutdownSteps.run(common.logging.logger));
  const { made, tags } = await madeOf(common, ends);
  v8.setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  await waitFor(() => (collectGarbage(), tags.deref() === undefined), { what: 'the tags of the plant to go' });
  expect(made.drivers.plant.drivers[0].devices[0].tags).toHaveLength(10);
});
