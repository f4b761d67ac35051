import type { DriverState } from '@fieldwarden/gateway-contract';
import { delay, type Clock } from '@fieldwarden/core';

/** How long an operator waits to hear how the devices are. */
const settleBudgetMs = 3_000;
const lookMs = 20;
const unsettled: ReadonlySet<DriverState> = new Set(['Initializing', 'Reconnecting']);

/** Resolves when the devices of a driver whose session is ready have said how they are, at the latest after 3 s. */
export async function settled(
  { isReady, state }: { readonly isReady: () => boolean; readonly state: () => DriverState },
  clock: Clock,
): Promise<void> {
  const deadlineMs = clock.monotonicMs() + settleBudgetMs;
  while (unsettled.has(state()) && isReady() && clock.monotonicMs() < deadlineMs) await delay(clock, lookMs);
}
