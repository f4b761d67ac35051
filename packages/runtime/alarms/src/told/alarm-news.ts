import type { Clock, Timer } from '@fieldwarden/core';
import type { AlarmData } from './alarm-change.js';

/** Alarms of a driver's devices that are told as events of their own in one second; the rest is summed up. */
const toldPerSecond = 100;

export interface AlarmNewsDependencies {
  readonly clock: Clock;
  /** An `alarm` event of this driver. */
  readonly tell: (message: string, deviceId: string | undefined, data: AlarmData) => void;
  /** A second has passed and there is nothing left to tell. */
  readonly onQuiet?: () => void;
}

/**
 * Tells of alarms as events, and of a shower of them in one: the events of all drivers share one bounded log, from which a thousand
 * fluttering limits would drive everything else. What is not told one by one is in the book all the same.
 */
export class AlarmNews implements Disposable {
  readonly #deps: AlarmNewsDependencies;
  #told = 0;
  #untold = 0;
  #second: Timer | undefined;

  constructor(deps: AlarmNewsDependencies) {
    this.#deps = deps;
  }

  tell(message: string, deviceId: string | undefined, data: AlarmData): void {
    this.#second ??= this.#begin();
    if (this.#told === toldPerSecond) {
      this.#untold += 1;
      return;
    }
    this.#told += 1;
    this.#deps.tell(message, deviceId, data);
  }

  [Symbol.dispose](): void {
    this.#second?.[Symbol.dispose]();
  }

  #begin(): Timer {
    const timer = this.#deps.clock.setTimer(() => this.#end(), 1_000);
    timer.unref();
    return timer;
  }

  #end(): void {
    this.#second = undefined;
    this.#told = 0;
    if (this.#untold === 0) return this.#deps.onQuiet?.();
    const message = `${this.#untold} more changes of alarms in one second: the list of alarms has them`;
    const untold = this.#untold;
    this.#untold = 0;
    this.tell(message, undefined, { untold });
  }
}
