import type { ApplyFailure } from '@fieldwarden/gateway-contract';
import type { ApplyOutcome } from '../drivers/apply-outcome.js';

/** Steps that did not come to their end, one per driver. */
export function failuresOf({ steps }: ApplyOutcome): readonly ApplyFailure[] {
  const failed = steps.filter(({ result }) => result !== 'done');
  const messages = new Map(failed.map(({ step, result, message }) => [step.driverId, message ?? result]));
  return [...messages].map(([driverId, message]) => ({ driverId, message }));
}
