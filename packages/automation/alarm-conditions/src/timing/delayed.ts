import type { Finding, Judged } from '../judges/finding.js';

export interface Delays {
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

/**
 * What counts, after delays (SPEC §18.1). A finding counts when it has held for its delay; another limit of what is active counts at once. While
 * nothing can be told, what counted goes on and a running delay stands still. Times are monotonic ms.
 */
export class Delayed {
  #counted: Finding;
  #dueMs = Infinity;
  /** Of the delay that stands still; NaN: none does. */
  #leftMs = NaN;
  #frozen = false;

  constructor(counted: Finding = 'normal') {
    this.#counted = counted;
  }

  get counted(): Finding {
    return this.#counted;
  }

  get isFrozen(): boolean {
    return this.#frozen;
  }

  /** When a running delay is over; Infinity: none runs. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** True: something else counts now, or it froze or thawed. */
  step(judged: Judged, delays: Delays, nowMs: number): boolean {
    if (judged === 'unknown') return this.#freeze(nowMs);
    const thawed = this.#thaw(nowMs);
    return this.#find(judged, delays, nowMs) || thawed;
  }

  #freeze(nowMs: number): boolean {
    if (this.#frozen) return false;
    this.#frozen = true;
    this.#leftMs = this.#dueMs === Infinity ? NaN : this.#dueMs - nowMs;
    this.#dueMs = Infinity;
    return true;
  }

  #thaw(nowMs: number): boolean {
    if (!this.#frozen) return false;
    this.#frozen = false;
    if (!Number.isNaN(this.#leftMs)) this.#dueMs = nowMs + this.#leftMs;
    this.#leftMs = NaN;
    return true;
  }

  #find(finding: Finding, { onDelayMs, offDelayMs }: Delays, nowMs: number): boolean {
    if ((finding === 'normal') === (this.#counted === 'normal')) {
      this.#dueMs = Infinity;
      return this.#count(finding);
    }
    const delayMs = finding === 'normal' ? offDelayMs : onDelayMs;
    if (this.#dueMs === Infinity) this.#dueMs = nowMs + delayMs;
    if (nowMs < this.#dueMs) return false;
    this.#dueMs = Infinity;
    return this.#count(finding);
  }

  #count(finding: Finding): boolean {
    if (this.#counted === finding) return false;
    this.#counted = finding;
    return true;
  }
}
