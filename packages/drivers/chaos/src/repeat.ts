import type { Clock, Timer } from '@fieldwarden/core';

/**
 * Does `work` every `everyMs` until it is disposed; a late turn is followed by a full pause, so that something else gets a turn too.
 * `work` hears how long ago its last turn was.
 */
export function repeat(clock: Clock, everyMs: number, work: (elapsedMs: number) => void): Disposable {
  let timer: Timer | undefined;
  let lastMs = clock.monotonicMs();
  const schedule = (): void => {
    timer = clock.setTimer(turn, everyMs);
  };
  const turn = (): void => {
    const nowMs = clock.monotonicMs();
    const elapsedMs = nowMs - lastMs;
    lastMs = nowMs;
    schedule();
    work(elapsedMs);
  };
  schedule();
  return { [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
}
