import type { Clock } from './clock.js';

/** The same is told once in so long, and all together no more often than so many times in it. */
const periodMs = 60_000;
const maxPerPeriod = 20;

/** Things told apart; a stranger who makes up names is not remembered one by one. */
const maxRemembered = 500;

/** Keeps a log from being flooded by what strangers cause: the same once a minute, twenty lines a minute at most, the rest counted. */
export class NoticeLimit {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #toldAtMs = new Map<string, number>();
  #periodStartedAtMs = Number.NEGATIVE_INFINITY;
  #toldInPeriod = 0;
  #untold = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /**
   * Whether it is told now: then what to say behind it, which is empty or counts those that were not. Undefined: not now.
   * `subject`: what makes it the same as an earlier one.
   */
  admit(subject: string): string | undefined {
    if (!this.#isDue(subject)) {
      this.#untold += 1;
      return undefined;
    }
    const more = this.#untold === 0 ? '' : ` (and ${this.#untold} more of such since the last message)`;
    this.#untold = 0;
    return more;
  }

  #isDue(subject: string): boolean {
    const nowMs = this.#clock.monotonicMs();
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
