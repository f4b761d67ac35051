import type { DriverState } from '@fieldwarden/gateway-contract';
import { delay, type Clock } from '@fieldwarden/core';
import type { HomePhase } from './home/session-home.js';

/** How long an operator waits to hear how the devices are. */
const settleBudgetMs = 3_000;

/** And whether a session whose start failed becomes one after all: three failed starts with their pauses. */
const recoverBudgetMs = 8_000;

const lookMs = 20;
const unsettled: ReadonlySet<DriverState> = new Set(['Initializing', 'Reconnecting']);

const budgets: Readonly<Record<HomePhase['type'], number>> = {
  stopped: 0,
  stopping: 0,
  failed: 0,
  starting: recoverBudgetMs,
  recovering: recoverBudgetMs,
  ready: settleBudgetMs,
};

/** Resolves when the devices of a driver have said how they are, or it is clear that its session does not start; at the latest after 3 and 8 s. */
export async function settled(
  { phase, state }: { readonly phase: () => HomePhase; readonly state: () => DriverState },
  clock: Clock,
): Promise<void> {
  const beganMs = clock.monotonicMs();
  const isTime = (): boolean => clock.monotonicMs() - beganMs < budgets[phase().type];
  while (unsettled.has(state()) && isTime()) await delay(clock, lookMs);
}
