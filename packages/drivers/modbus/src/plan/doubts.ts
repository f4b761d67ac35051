import type { Clock, GatewayError } from '@fieldwarden/core';
import { describeSpan, type Span } from '../address/area.js';
import type { Hole } from './hole-memory.js';
import type { CompiledRead } from './compiled-read.js';
import type { Trouble } from './trouble.js';

/** A read that failed, and whose unit has not answered anything since. */
export interface Charge {
  readonly read: CompiledRead;
  /** What it tested anew. */
  readonly retests: Hole | undefined;
  readonly trouble: Trouble;
  readonly error: GatewayError;
}

/** So many doubtful requests may go unanswered in a row before they have to wait. */
const freeAttempts = 6;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/**
 * Reads of one plan that went unanswered. One lost answer condemns nothing: a read is divided only when it fails a second time and
 * the unit has answered something after it. The more doubtful requests fail in a row, the longer the next one waits.
 */
export class Doubts {
  readonly #clock: Clock;
  readonly #suspects = new Map<string, Trouble>();
  #charges: Charge[] = [];
  #failedInARow = 0;
  #notBeforeMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get hasSuspects(): boolean {
    return this.#suspects.size > 0;
  }

  /** Of a read that failed once. */
  suspicionOf(read: Span): Trouble | undefined {
    return this.#suspects.get(describeSpan(read));
  }

  suspect(read: Span, trouble: Trouble): void {
    this.#suspects.set(describeSpan(read), trouble);
  }

  /** The unit's next answer decides. */
  charge(charge: Charge): void {
    this.#charges.push(charge);
    // what is tested anew has a pause of its own
    if (charge.retests) return;
    this.#failedInARow++;
    const steps = this.#failedInARow - freeAttempts;
    if (steps > 0)
      this.#notBeforeMs = this.#clock.monotonicMs() + Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(steps, 16));
  }

  /** The unit has answered, so it is the charged reads that are at fault. */
  takeCharges(): readonly Charge[] {
    const taken = this.#charges;
    if (taken.length > 0) this.#charges = [];
    for (const { read } of taken) this.#suspects.delete(describeSpan(read));
    return taken;
  }

  answered(read: Span, wasDoubtful: boolean): void {
    if (this.#suspects.size > 0) this.#suspects.delete(describeSpan(read));
    if (!wasDoubtful) return;
    this.#failedInARow = 0;
    this.#notBeforeMs = -Infinity;
  }

  /** Until the next doubtful request, ms. */
  get waitMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#clock.monotonicMs());
  }
}
