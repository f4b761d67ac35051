/** SPEC §4.4, over all Hosts. Calm at half the limit, so that the alarm does not come and go with every restart. */
export const stormLimits = { restarts: 20, calmRestarts: 10, windowMs: 60_000 } as const;

export interface StormBrake {
  /** On the monotonic clock, oldest first; no more of them than the rule looks at. */
  readonly restartTimesMs: readonly number[];
  /** Hosts start one after the other. */
  readonly engaged: boolean;
}

export const releasedBrake: StormBrake = { restartTimesMs: [], engaged: false };

/** A Host was started again that had been within the minute before. Too many of these within a minute engage the brake. */
export function restarted({ restartTimesMs, engaged }: StormBrake, nowMs: number): StormBrake {
  const counted = [...inWindow(restartTimesMs, nowMs), nowMs].slice(-(stormLimits.restarts + 1));
  return { restartTimesMs: counted, engaged: engaged || counted.length > stormLimits.restarts };
}

/** Time passed. The brake lets go once restarts have become few and no start waits, so that it frees no crowd. */
export function calmed({ restartTimesMs, engaged }: StormBrake, nowMs: number, waitingStarts: number): StormBrake {
  const counted = inWindow(restartTimesMs, nowMs);
  return {
    restartTimesMs: counted,
    engaged: engaged && (waitingStarts > 0 || counted.length > stormLimits.calmRestarts),
  };
}

/** When `calmed` may find an engaged brake with nothing more to hold; undefined while it is released. */
export function calmAtMs({ restartTimesMs, engaged }: StormBrake): number | undefined {
  if (!engaged) return undefined;
  const decisive = restartTimesMs.at(-(stormLimits.calmRestarts + 1));
  return decisive === undefined ? restartTimesMs[0] : decisive + stormLimits.windowMs;
}

function inWindow(timesMs: readonly number[], nowMs: number): readonly number[] {
  return timesMs.filter((timeMs) => nowMs - timeMs < stormLimits.windowMs);
}
