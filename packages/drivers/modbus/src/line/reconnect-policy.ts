export interface ReconnectPauses {
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * When the next attempt to connect may be made. Pure: time and chance come in as arguments. After a refused connect the pause
 * doubles, and until it is over calls fail at once; after a lost connection there is a short pause that calls wait out.
 */
export class ReconnectPolicy {
  readonly #pauses: ReconnectPauses;
  readonly #random: () => number;
  #failures = 0;
  #lastAttemptMs = -Infinity;
  #notBeforeMs = -Infinity;

  constructor(pauses: ReconnectPauses, random: () => number) {
    this.#pauses = pauses;
    this.#random = random;
  }

  /** Attempts that have failed since the last success. */
  get failures(): number {
    return this.#failures;
  }

  get notBeforeMs(): number {
    return this.#notBeforeMs;
  }

  /** A probe is the runtime's own, already slowed-down attempt: it need not wait out the whole pause. */
  get notBeforeForProbeMs(): number {
    return Math.min(this.#notBeforeMs, this.#lastAttemptMs + this.#pauses.initialMs);
  }

  attempting(nowMs: number): void {
    this.#lastAttemptMs = nowMs;
    this.#notBeforeMs = nowMs + this.#jittered(this.#pauses.initialMs);
  }

  failed(nowMs: number): void {
    const pauseMs = Math.min(this.#pauses.maxMs, this.#pauses.initialMs * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    this.#notBeforeMs = nowMs + this.#jittered(pauseMs);
  }

  succeeded(): void {
    this.#failures = 0;
  }

  #jittered(pauseMs: number): number {
    return pauseMs * (0.5 + 0.5 * this.#random());
  }
}
