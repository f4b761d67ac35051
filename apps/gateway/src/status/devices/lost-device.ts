import type { DeviceStatus } from '@fieldwarden/invoker';

/** A device that has not answered for so long is lost, also where no breaker takes it off scan. */
export const lostAfterMs = 5_000;

/** Since when a device is lost: when it stopped answering, ms since 1970 UTC. Null: it is not, or is not known to be. */
export function lostSinceMs({
  state,
  reachedAtMs,
  reachedForMs,
}: Pick<DeviceStatus, 'state' | 'reachedAtMs' | 'reachedForMs'>): number | null {
  if (state === 'demoted') return reachedAtMs;
  return state === 'unreachable' && reachedForMs >= lostAfterMs ? reachedAtMs : null;
}
