import { useSyncExternalStore } from 'react';
import { browserClock, type Cancel } from '../platform/browser-clock.js';

/** One tick per second for every age on the page. */
const tickMs = 1_000;

const listeners = new Set<() => void>();
let now = browserClock.now();
let cancel: Cancel | undefined;

function tick(): void {
  now = browserClock.now();
  cancel = browserClock.after(tickMs, tick);
  for (const listener of [...listeners]) listener();
}

/** Calls back every second until the answer is called. */
export function everySecond(listener: () => void): Cancel {
  listeners.add(listener);
  if (!cancel) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    cancel?.();
    cancel = undefined;
  };
}

/** ms since 1970 UTC, at most a second old. */
export function useNow(): number {
  return useSyncExternalStore(everySecond, () => now);
}
