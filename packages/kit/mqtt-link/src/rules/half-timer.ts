import type { Clock, Timer } from '@fieldwarden/core';

/**
 * A deadline of two halves. After a stall of the event loop the first is overdue, and what came in the meantime is read before the
 * second ends: a stall is not taken for a peer that is silent.
 */
export function setHalfTimer(clock: Clock, callback: () => void, delayMs: number): Disposable {
  let timer: Timer = clock.setTimer(() => {
    timer = clock.setTimer(callback, delayMs / 2);
  }, delayMs / 2);
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
