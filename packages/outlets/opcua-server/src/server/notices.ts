import type { Clock, Logger } from '@fieldwarden/core';
import type { ServiceEvents } from '@fieldwarden/service';

/** The same is told once in so long, and all together no more often than so many times in it. */
const periodMs = 60_000;
const maxPerPeriod = 20;

/** Things told apart; a stranger who makes up names is not remembered one by one. */
const maxRemembered = 500;

export interface NoticeDependencies {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly events: ServiceEvents | undefined;
}

/** Tells log and events what strangers cause, so that neither is flooded by them. */
export class Notices {
  readonly #deps: NoticeDependencies;
  readonly #toldAtMs = new Map<string, number>();
  #periodStartedAtMs = Number.NEGATIVE_INFINITY;
  #toldInPeriod = 0;
  #untold = 0;

  constructor(dependencies: NoticeDependencies) {
    this.#deps = dependencies;
  }

  /** `subject`: what makes it the same as an earlier one. */
  tell(subject: string, message: string, data: Readonly<Record<string, unknown>>): void {
    if (!this.#isDue(subject)) {
      this.#untold += 1;
      return;
    }
    const untold = this.#untold === 0 ? '' : ` (and ${this.#untold} more of such since the last message)`;
    this.#untold = 0;
    this.#deps.logger.warn(`${message}${untold}`, data);
    this.#deps.events?.append({ message: `${message}${untold}`, data });
  }

  #isDue(subject: string): boolean {
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#periodStartedAtMs >= periodMs) {
      this.#periodStartedAtMs = nowMs;
      this.#toldInPeriod = 0;
    }
    const toldAtMs = this.#toldAtMs.get(subject);
    if (toldAtMs !== undefined && nowMs - toldAtMs < periodMs) return false;
    if (this.#toldInPeriod >= maxPerPeriod) return false;
    this.#toldInPeriod += 1;
    if (this.#toldAtMs.size >= maxRemembered) this.#toldAtMs.clear();
    this.#toldAtMs.set(subject, nowMs);
    return true;
  }
}
