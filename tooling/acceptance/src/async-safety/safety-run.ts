import { tryFault, type FaultTrial } from './fault-trial.js';
import { tagOf } from './safety-plant.js';
import { SafetyScene } from './safety-scene.js';
import type { FaultMode, Site } from './site.js';
import { stimuli, type Stimulus } from './stimuli.js';

export interface SafetyReport {
  readonly sites: readonly Site[];
  /** Sites without a fault: what they wait for did not happen, or only now and then. */
  readonly untried: readonly string[];
  readonly trials: readonly FaultTrial[];
}

interface Reachable {
  readonly site: Site;
  readonly stimulus: Stimulus;
  /** The stimulus always calls it; else it happened to be called meanwhile. */
  readonly always: boolean;
}

/**
 * Starts a gateway, finds every site by what calls it, and lets one callback of each go wrong. Without `thorough` it leaves out what
 * is called only now and then; and promises, which all end in the same place, are rejected at one site of each kind.
 */
export async function runAsyncSafety(thorough: boolean): Promise<SafetyReport> {
  await using scene = await SafetyScene.start();
  for (const id of Object.keys(tagOf)) await scene.gateway.driverTurns(id, 'Healthy');
  const found = await whatCallsWhat(scene);
  const reachable = thorough ? found : found.filter(({ always }) => always);
  const trials: FaultTrial[] = [];
  const tryAll = async (chosen: readonly Reachable[], mode: FaultMode): Promise<void> => {
    for (const { site, ...way } of chosen) trials.push(await tryFault(scene, site, mode, way));
  };
  await tryAll(reachable, 'throw');
  await tryAll(thorough ? reachable : oneOfEachKind(reachable), 'reject');
  const sites = await scene.control.sites();
  return { sites, untried: sites.filter(({ faults }) => faults === 0).map(describeUntried), trials };
}

const describeUntried = ({ key, hits }: Site): string => (hits === 0 ? `${key} (never called)` : key);

/** Each site with the first stimulus that calls it whenever it is given; with any that did if there is none. */
async function whatCallsWhat(scene: SafetyScene): Promise<readonly Reachable[]> {
  const found = new Map<string, Reachable>();
  for (const stimulus of stimuli) {
    const once = await calledBy(scene, stimulus);
    const again = await keysCalledBy(scene, stimulus);
    const thrice = await keysCalledBy(scene, stimulus);
    for (const site of once) {
      const always = again.has(site.key) && thrice.has(site.key);
      const known = found.get(site.key);
      if (!known || (always && !known.always)) found.set(site.key, { site, stimulus, always });
    }
  }
  return [...found.values()];
}

async function calledBy(scene: SafetyScene, stimulus: Stimulus): Promise<readonly Site[]> {
  const before = new Map((await scene.control.sites()).map(({ key, hits }) => [key, hits]));
  await stimulus.run(scene);
  return (await scene.control.sites()).filter(({ key, hits }) => hits > (before.get(key) ?? 0));
}

async function keysCalledBy(scene: SafetyScene, stimulus: Stimulus): Promise<ReadonlySet<string>> {
  return new Set((await calledBy(scene, stimulus)).map(({ key }) => key));
}

function oneOfEachKind(reachable: readonly Reachable[]): readonly Reachable[] {
  const byKind = new Map(reachable.map((one) => [one.site.kind.split('(')[0], one]));
  return [...byKind.values()];
}

/** For people: what was tried and what became of it. */
export function describeReport({ sites, untried, trials }: SafetyReport): string {
  const of = (outcome: FaultTrial['outcome']): number => trials.filter((trial) => trial.outcome === outcome).length;
  return [
    `${sites.length} sites hand out callbacks; ${trials.length} faults: after ${of('recovered')} all was well again, after ${of('said')} a driver said what is wrong, ${of('not reached')} did not happen`,
    ...trials.filter(({ failure }) => failure !== undefined).map((trial) => `  ${describeTrial(trial)}`),
    `${untried.length} sites had no fault:`,
    ...untried.map((key) => `  ${key}`),
  ].join('\n');
}

export function describeTrial({ key, mode, stimulus, failure = 'all is well' }: FaultTrial): string {
  return `${mode} at ${key}, while ${stimulus}: ${failure}`;
}
