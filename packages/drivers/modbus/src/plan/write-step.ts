/** Values that go out in one request, for one or several items. */
export type WriteStep = CoilsStep | RegistersStep | MaskStep;

interface StepBase {
  /** On the wire, from 0. */
  readonly start: number;
  /** Indexes of the items that this step serves, ascending. */
  readonly items: readonly number[];
  /** What this step was merged from: sent one by one if the device refuses the merged request. */
  readonly mergedFrom?: readonly WriteStep[];
}

export interface CoilsStep extends StepBase {
  readonly kind: 'coils';
  readonly states: readonly boolean[];
}

export interface RegistersStep extends StepBase {
  readonly kind: 'registers';
  readonly bytes: Buffer;
}

/** Bits of one register: the result is (register AND andMask) OR (orMask AND NOT andMask), as in Modbus 6.16. */
export interface MaskStep extends StepBase {
  readonly kind: 'mask';
  readonly andMask: number;
  readonly orMask: number;
}

export interface WriteLimits {
  readonly maxRegisters: number;
  readonly maxBits: number;
}

export type Masks = Pick<MaskStep, 'andMask' | 'orMask'>;

export const keepAll: Masks = { andMask: 0xffff, orMask: 0 };

/** The effect of `first`, then `second`. */
export function combinedMasks(first: Masks, second: Masks): Masks {
  return {
    andMask: first.andMask & second.andMask,
    orMask: (first.orMask & second.andMask) | (second.orMask & ~second.andMask & 0xffff),
  };
}
