import {
  combinedMasks,
  keepAll,
  type CoilsStep,
  type MaskStep,
  type RegistersStep,
  type WriteLimits,
  type WriteStep,
} from './write-step.js';

/**
 * Steps → as few requests as the limits allow. Pure. What lies side by side in the device goes out in one request, wherever in
 * the list it stands. Steps of different kinds are not moved past each other, nor are two that touch the same address: a
 * device sees those in the order in which they were given.
 */
export function mergeSteps(steps: readonly WriteStep[], limits: WriteLimits): WriteStep[] {
  return runsOf(steps).flatMap((run) => mergeRun(run, limits));
}

/** Steps in a row of one kind, of which no two overlap (bits of one register may: they are combined in order). */
function runsOf(steps: readonly WriteStep[]): WriteStep[][] {
  const runs: WriteStep[][] = [];
  let touched = new Set<number>();
  for (const step of steps) {
    const run = runs.at(-1);
    const addresses = Array.from({ length: lengthOf(step) }, (_, i) => step.start + i);
    const overlaps = step.kind !== 'mask' && addresses.some((address) => touched.has(address));
    if (run?.[0].kind === step.kind && !overlaps) run.push(step);
    else {
      runs.push([step]);
      touched = new Set();
    }
    for (const address of addresses) touched.add(address);
  }
  return runs;
}

function lengthOf(step: WriteStep): number {
  return step.kind === 'coils' ? step.states.length : step.kind === 'registers' ? step.bytes.length / 2 : 1;
}

/** Each request takes the place of the first item that it serves. */
function mergeRun(run: readonly WriteStep[], limits: WriteLimits): WriteStep[] {
  const sorted = run.toSorted((a, b) => a.start - b.start);
  const blocks: WriteStep[][] = [];
  for (const step of sorted) {
    const block = blocks.at(-1);
    if (block && belongsTo(block, step, limits)) block.push(step);
    else blocks.push([step]);
  }
  return blocks.map(mergeBlock).sort((a, b) => a.items[0] - b.items[0]);
}

function belongsTo(block: readonly WriteStep[], step: WriteStep, { maxRegisters, maxBits }: WriteLimits): boolean {
  const [{ start }] = block;
  if (step.kind === 'mask') return step.start === start;
  const length = block.reduce((sum, one) => sum + lengthOf(one), 0);
  return start + length === step.start && length + lengthOf(step) <= (step.kind === 'coils' ? maxBits : maxRegisters);
}

/** `block` holds steps of one kind, by address. */
function mergeBlock(block: readonly WriteStep[]): WriteStep {
  if (block.length === 1) return block[0];
  const mergedFrom = block.toSorted((a, b) => a.items[0] - b.items[0]);
  const items = [...new Set(mergedFrom.flatMap((step) => step.items))].sort((a, b) => a - b);
  const common = { start: block[0].start, items, mergedFrom };
  switch (block[0].kind) {
    case 'coils':
      return { ...common, kind: 'coils', states: (block as readonly CoilsStep[]).flatMap(({ states }) => states) };
    case 'registers':
      return {
        ...common,
        kind: 'registers',
        bytes: Buffer.concat((block as readonly RegistersStep[]).map(({ bytes }) => bytes)),
      };
    case 'mask':
      return { ...common, kind: 'mask', ...(block as readonly MaskStep[]).reduce(combinedMasks, keepAll) };
  }
}
