import type { ApplyFailure, ApplyStep } from '@fieldwarden/gateway-contract';
import type { ApplyPlan } from '@fieldwarden/config';
import { delay, toGatewayError, type Clock } from '@fieldwarden/core';

/** `under-way`: not at its end when the answer was due; it goes on. */
export type StepResult = 'done' | 'failed' | 'under-way';

export interface AppliedStep {
  readonly step: ApplyStep;
  readonly result: StepResult;
  /** Why it failed, or what it waits for. */
  readonly message: string | null;
}

export interface ApplyOutcome {
  readonly generation: number;
  /** Of the plan, but those for the gateway itself. */
  readonly steps: readonly AppliedStep[];
  /** Until every untouched driver ran on as before, and every tag was defined; milliseconds. */
  readonly blockedMs: number;
  /** Until the last step had ended, or nobody waited for it any more; milliseconds. */
  readonly durationMs: number;
}

/** A driver may have a step per device. */
const reasonsTold = 3;

/** Why a driver is touched, for the end of a sentence; empty where nobody knows. */
export function reasonsOf(steps: readonly ApplyStep[]): string {
  const told = steps.slice(0, reasonsTold).map(({ reason }) => reason);
  const more = steps.length > told.length ? [`${steps.length - told.length} more`] : [];
  return told.length === 0 ? '' : `: ${[...told, ...more].join('; ')}`;
}

/** What did not come to its end, once per driver. */
export function failuresOf({ steps }: ApplyOutcome): readonly ApplyFailure[] {
  const messages = new Map<string | null, string>();
  for (const { step, result, message } of steps) {
    if (result !== 'done') messages.set(step.driverId, message ?? result);
  }
  return [...messages].map(([driverId, message]) => ({ driverId, message }));
}

/** Of a plan that nothing could be done of. */
export function refusedOutcome({ steps }: ApplyPlan, generation: number, error: unknown): ApplyOutcome {
  const { message } = toGatewayError(error);
  const refused = steps.filter(({ driverId }) => driverId !== null);
  return {
    generation,
    steps: refused.map((step) => ({ step, result: 'failed', message })),
    blockedMs: 0,
    durationMs: 0,
  };
}

export interface DriverResult {
  readonly result: StepResult;
  readonly message: string | null;
}

/** How long somebody who publishes waits for a driver that is slow to start or to stop. */
const patienceMs = 10_000;

/** How it went with one driver. Never rejects. */
export async function resultOf(done: Promise<void>, clock: Clock): Promise<DriverResult> {
  const over = new AbortController();
  const late = delay(clock, patienceMs, over.signal).then(
    (): DriverResult => ({ result: 'under-way', message: `not at its end after ${patienceMs / 1000} s, it goes on` }),
    (): DriverResult => ({ result: 'done', message: null }),
  );
  const ended = done.then(
    (): DriverResult => ({ result: 'done', message: null }),
    (error: unknown): DriverResult => ({ result: 'failed', message: toGatewayError(error).message }),
  );
  const result = await Promise.race([ended, late]);
  over.abort(new Error('the step has ended'));
  return result;
}
