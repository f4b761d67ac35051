import { statusCodes } from '@fieldwarden/core';
import type { Evaluate, Frame } from './frame.js';

/**
 * `&&` (`decisive` false) and `||` (`decisive` true) in three values (SPEC §17.3): a Good operand that decides gives a Good result, whatever
 * the other is, in either order. `right` is left out once the left one has decided, unless it remembers.
 */
export function logicEvaluate(decisive: boolean, left: Evaluate, right: Evaluate, mustEvaluate: boolean): Evaluate {
  return (frame) => {
    const { status, newestMs, oldestMs } = frame;
    frame.clear();
    const a = left(frame) as boolean;
    if (frame.status === statusCodes.Good && a === decisive && !mustEvaluate) {
      frame.meetAll(status, newestMs, oldestMs);
      return decisive;
    }
    const leftStatus = frame.status;
    const leftNewestMs = frame.newestMs;
    const leftOldestMs = frame.oldestMs;
    frame.clear();
    const b = right(frame) as boolean;
    const result = decided(frame, decisive, a, b, leftStatus, leftNewestMs, leftOldestMs);
    frame.meetAll(status, newestMs, oldestMs);
    return result;
  };
}

/** Leaves in the frame what counts: the operand that decided alone, or both. */
function decided(
  frame: Frame,
  decisive: boolean,
  a: boolean,
  b: boolean,
  leftStatus: number,
  leftNewestMs: number,
  leftOldestMs: number,
): boolean {
  const leftDecides = leftStatus >>> 30 === 0 && a === decisive;
  const rightDecides = frame.status >>> 30 === 0 && b === decisive;
  if (leftDecides && !rightDecides) frame.replace(leftStatus, leftNewestMs, leftOldestMs);
  else if (leftDecides === rightDecides) frame.meetAll(leftStatus, leftNewestMs, leftOldestMs);
  return leftDecides || rightDecides || a === decisive || b === decisive ? decisive : !decisive;
}

/** `when ? then : otherwise`. Of the branches only the chosen one counts; those that remember are evaluated all the same. */
export function choiceEvaluate(
  when: Evaluate,
  then: Evaluate,
  otherwise: Evaluate,
  remembers: { readonly then: boolean; readonly otherwise: boolean },
): Evaluate {
  const besides = (branch: Evaluate, frame: Frame): void => {
    const { status, newestMs, oldestMs } = frame;
    branch(frame);
    frame.replace(status, newestMs, oldestMs);
  };
  return (frame) => {
    const chosen = when(frame) as boolean;
    if (chosen) {
      if (remembers.otherwise) besides(otherwise, frame);
      return then(frame);
    }
    if (remembers.then) besides(then, frame);
    return otherwise(frame);
  };
}
