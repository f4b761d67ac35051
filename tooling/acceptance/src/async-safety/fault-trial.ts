import { messageOf } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { tagOf } from './safety-plant.js';
import type { SafetyScene } from './safety-scene.js';
import type { FaultMode, Site } from './site.js';
import type { Stimulus } from './stimuli.js';

/**
 * `recovered`: everything is scanned again and the site is called again. `said`: the tags of a driver tell that they are not,
 * until it is restarted. `not reached`: the site was not called this time.
 */
export interface FaultTrial {
  readonly key: string;
  readonly mode: FaultMode;
  readonly stimulus: string;
  readonly outcome: 'recovered' | 'said' | 'not reached';
  readonly tookMs: number;
  /** Undefined: all as it must be. */
  readonly failure: string | undefined;
}

const drivers = Object.keys(tagOf) as readonly (keyof typeof tagOf)[];

/** A client that the fault left without an answer gives up. */
const stimulusMs = 6_000;

/** A stimulus that calls a site by chance may have done so whenever it was looked at. */
const attempts = 6;

/** How a site is reached. */
export interface Way {
  readonly stimulus: Stimulus;
  /** Whether the stimulus calls it each time. Then it must call it again after the fault. */
  readonly always: boolean;
}

/** Lets the next callback of the site go wrong, and looks at what SPEC §3.6 asks for afterwards. */
export async function tryFault(scene: SafetyScene, { key }: Site, mode: FaultMode, way: Way): Promise<FaultTrial> {
  const startMs = performance.now();
  let outcome: FaultTrial['outcome'] = 'recovered';
  let failure: string | undefined;
  try {
    outcome = await suffer(scene, key, mode, way);
  } catch (error) {
    failure = messageOf(error);
    await scene.control.disarm();
    await heal(scene);
  }
  return { key, mode, stimulus: way.stimulus.name, outcome, tookMs: performance.now() - startMs, failure };
}

async function suffer(
  scene: SafetyScene,
  key: string,
  mode: FaultMode,
  { stimulus, always }: Way,
): Promise<FaultTrial['outcome']> {
  const message = `injected ${mode} at ${key}`;
  const { faults } = await siteOf(scene, key);
  await scene.control.arm(key, mode, message);
  const isReached = await repeat(scene, stimulus, async () => (await siteOf(scene, key)).faults > faults);
  if (!isReached) {
    await scene.control.disarm();
    return 'not reached';
  }
  const sinceMs = Date.now();
  await isAlive(scene);
  await othersAreScanned(scene, sinceMs);
  await waitFor(() => scene.complaints(message).length > 0, { what: 'the fault in the log', timeoutMs: 2_000 });
  const outcome = await settles(scene, sinceMs);
  const { hits } = await siteOf(scene, key);
  if (always && !(await repeat(scene, stimulus, async () => (await siteOf(scene, key)).hits > hits)))
    throw new Error('the site is never called again');
  await allIsWell(scene);
  return outcome;
}

async function siteOf(scene: SafetyScene, key: string): Promise<Site> {
  const site = (await scene.control.sites()).find((one) => one.key === key);
  if (!site) throw new Error(`${key} is no site of this gateway`);
  return site;
}

/** Repeats the stimulus, which may fail for the fault, until it has its effect; false if it never has. */
async function repeat(scene: SafetyScene, stimulus: Stimulus, isSo: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await bounded(stimulus.run(scene));
    if (await comesTrue(isSo, 500)) return true;
  }
  return false;
}

async function comesTrue(isSo: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  try {
    await waitFor(isSo, { what: 'it', timeoutMs, intervalMs: 10 });
    return true;
  } catch {
    return false;
  }
}

/** What was asked of a gateway with a fault may be refused or remain without an answer. */
async function bounded(work: Promise<void>): Promise<void> {
  await Promise.race([work.catch(() => undefined), sleep(stimulusMs, undefined, { ref: false })]);
}

async function isAlive({ gateway }: SafetyScene): Promise<void> {
  if (gateway.hasEnded) throw new Error(`the gateway's process ended: ${gateway.output.slice(-2_000)}`);
  const { status } = await gateway.health('/livez');
  if (status !== 200) throw new Error(`/livez answered ${status}`);
}

/** At most one driver had the fault. */
async function othersAreScanned(scene: SafetyScene, sinceMs: number): Promise<void> {
  await waitFor(
    async () => {
      const fresh = await Promise.all(drivers.map(async (id) => await isFresh(scene, id, sinceMs)));
      return fresh.filter(Boolean).length >= drivers.length - 1;
    },
    { what: 'the other drivers to be scanned', timeoutMs: 3_000, intervalMs: 20 },
  );
}

async function isFresh({ gateway }: SafetyScene, id: keyof typeof tagOf, sinceMs: number): Promise<boolean> {
  const { status, sourceAt } = await gateway.tag(tagOf[id]);
  return status === 'Good' && sourceAt !== null && Date.parse(sourceAt) > sinceMs;
}

/** Either all tags are fresh, or those that are not do not look as if they were; then a restart of their driver helps. */
async function settles(scene: SafetyScene, sinceMs: number): Promise<FaultTrial['outcome']> {
  const settled = await comesTrue(async () => (await staleDrivers(scene, sinceMs)).length === 0, 5_000);
  if (settled) return 'recovered';
  for (const id of await staleDrivers(scene, sinceMs)) await tellsAndRestarts(scene, id);
  await allIsWell(scene);
  return 'said';
}

async function staleDrivers(scene: SafetyScene, sinceMs: number): Promise<readonly (keyof typeof tagOf)[]> {
  const fresh = await Promise.all(drivers.map(async (id) => await isFresh(scene, id, sinceMs)));
  return drivers.filter((_, index) => !fresh[index]);
}

async function tellsAndRestarts({ gateway }: SafetyScene, id: keyof typeof tagOf): Promise<void> {
  const { status } = await gateway.tag(tagOf[id]);
  if (status === 'Good') throw new Error(`${id} is not scanned any more, and its tag is Good`);
  await gateway.operate(id, 'restart');
}

async function allIsWell(scene: SafetyScene): Promise<void> {
  const sinceMs = Date.now();
  await waitFor(async () => (await staleDrivers(scene, sinceMs)).length === 0, {
    what: 'every driver to be scanned again',
    timeoutMs: 10_000,
    intervalMs: 20,
  });
}

/** After a failure, so that the next trial finds a gateway that is well. */
async function heal(scene: SafetyScene): Promise<void> {
  const sinceMs = Date.now();
  await sleep(500);
  for (const id of await staleDrivers(scene, sinceMs))
    await bounded(scene.gateway.operate(id, 'restart').then(() => undefined));
}
