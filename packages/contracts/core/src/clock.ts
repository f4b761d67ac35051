/**
 * Time as an argument. Policies never read the clock themselves, so that tests can run hours in microseconds and so that a
 * jump of the wall clock moves no deadline.
 */
export interface Clock {
  /** Milliseconds since an arbitrary start; never steps back, not moved by changes of the wall clock. Deadlines use this. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z. Only for time stamps that people or other systems read. */
  wallMs(): number;
  /** Calls `callback` once after `delayMs`; dispose the timer to cancel it. Timers keep the process alive. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

export interface Timer extends Disposable {
  /** The process may end although this timer is pending. */
  unref(): void;
}

class SystemTimer implements Timer {
  readonly #handle: NodeJS.Timeout;

  constructor(callback: () => void, delayMs: number) {
    this.#handle = setTimeout(callback, delayMs);
  }

  unref(): void {
    this.#handle.unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#handle);
  }
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer: (callback, delayMs) => new SystemTimer(callback, delayMs),
};

/** Settles after `delayMs`; rejects with the signal's reason if it aborts first. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      timer[Symbol.dispose]();
      reject(signal?.reason as Error);
    };
    const timer = clock.setTimer(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
