import { statusCodes, type StatusCode } from '@fieldwarden/core';
import type { ExpressionInputs } from '../inputs.js';

/**
 * What an evaluation has met so far. Closures return plain values and leave here what their operands were like, so that nothing is
 * allocated: the worst status, and the newest and oldest source time.
 */
export class Frame {
  inputs!: ExpressionInputs;
  /** ms since 1970 UTC. */
  nowMs = 0;
  /** Worst of the operands; Good = 0. */
  status: StatusCode = statusCodes.Good;
  newestMs = -Infinity;
  oldestMs = Infinity;
  /** When the result may be another one without any input having changed. */
  wakeAtMs = Infinity;

  begin(inputs: ExpressionInputs, nowMs: number): void {
    this.inputs = inputs;
    this.nowMs = nowMs;
    this.wakeAtMs = Infinity;
    this.clear();
  }

  clear(): void {
    this.status = statusCodes.Good;
    this.newestMs = -Infinity;
    this.oldestMs = Infinity;
  }

  /** The worse status stays; of two that are as bad, the first. */
  meet(status: StatusCode): void {
    if (status >>> 30 > this.status >>> 30) this.status = status;
  }

  meetTime(ms: number): void {
    if (ms > this.newestMs) this.newestMs = ms;
    if (ms < this.oldestMs) this.oldestMs = ms;
  }

  /** Adds what was met before an operand that was evaluated by itself. */
  meetAll(status: StatusCode, newestMs: number, oldestMs: number): void {
    // What was met first goes first where both are as bad.
    if (status >>> 30 >= this.status >>> 30 && status !== statusCodes.Good) this.status = status;
    if (newestMs > this.newestMs) this.newestMs = newestMs;
    if (oldestMs < this.oldestMs) this.oldestMs = oldestMs;
  }

  replace(status: StatusCode, newestMs: number, oldestMs: number): void {
    this.status = status;
    this.newestMs = newestMs;
    this.oldestMs = oldestMs;
  }

  wake(atMs: number): void {
    if (atMs < this.wakeAtMs) this.wakeAtMs = atMs;
  }

  /** The result is not to be used: out of the range of its type, divided by zero. */
  outOfRange(): number {
    this.meet(statusCodes.BadOutOfRange);
    return 0;
  }
}

/** Evaluates one node. What it returns means nothing where it leaves a Bad status. */
export type Evaluate = (frame: Frame) => unknown;
