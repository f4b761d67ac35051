import { errorToData } from '@fieldwarden/core';
import { sampleGeneration, type SampleOptions } from './sample-generation.js';
import { openStore } from './store-in.js';

/** What `run-step-main.ts` does in a process of its own, maybe as another user. */
export interface Step {
  readonly home: string;
  readonly seal?: SampleOptions;
  readonly activate?: number;
  readonly readCurrent?: boolean;
}

export interface StepResult {
  /** `description` of the first tag of what was read; null when nothing was. */
  readonly read: string | null;
  readonly error: { readonly code: string; readonly kind: string; readonly message: string } | null;
  /** Open descriptors after the step was carried out two more times, less those after the first. */
  readonly leakedDescriptors: number;
}

export async function runStep(step: Step, countDescriptors: () => number): Promise<StepResult> {
  const outcome = await outcomeOf(step);
  const before = countDescriptors();
  for (let again = 0; again < 2; again += 1) await outcomeOf(step);
  return { ...outcome, leakedDescriptors: countDescriptors() - before };
}

async function outcomeOf(step: Step): Promise<Pick<StepResult, 'read' | 'error'>> {
  try {
    return { read: await carryOut(step), error: null };
  } catch (error) {
    const { code, kind, message } = errorToData(error);
    return { read: null, error: { code, kind, message } };
  }
}

async function carryOut({ home, seal, activate, readCurrent }: Step): Promise<string | null> {
  const store = await openStore(home);
  if (seal) await store.seal(sampleGeneration(seal));
  if (activate !== undefined) await store.activate(activate);
  const generation = readCurrent ? await store.readCurrent() : undefined;
  return generation?.document.drivers?.[0].devices?.[0].tags?.[0].description ?? null;
}
