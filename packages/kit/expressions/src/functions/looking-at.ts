import { statusCodes } from '@fieldwarden/core';
import type { Evaluate, Frame } from '../run/frame.js';

/** Evaluates an operand by itself, and leaves a Good status with its time. */
export function lookingAt(
  evaluate: Evaluate,
  of: (frame: Frame, value: unknown, status: number, sourceAtMs: number) => unknown,
): Evaluate {
  return (frame) => {
    const { status, newestMs, oldestMs } = frame;
    frame.clear();
    const value = evaluate(frame);
    const own = frame.status;
    const sourceAtMs = own === statusCodes.Good ? frame.newestMs : frame.oldestMs;
    frame.status = statusCodes.Good;
    const result = of(frame, value, own, sourceAtMs);
    frame.meetAll(status, newestMs, oldestMs);
    return result;
  };
}
