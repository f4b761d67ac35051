import type { SupervisionPolicy } from './supervision-settings.js';

/** Times of the crashes that still count, with the one of now. Only time takes a crash out: no restart empties the window. */
export function addCrash(
  crashTimesMs: readonly number[],
  nowMs: number,
  { crashLoop }: SupervisionPolicy,
): readonly number[] {
  return [...crashTimesMs.filter((timeMs) => nowMs - timeMs < crashLoop.windowMs), nowMs];
}

/** Too many crashes in the window, or too many starts in a row that came to nothing (SPEC §4.4). */
export function isCrashLoop(crashTimesMs: readonly number[], failedStarts: number, policy: SupervisionPolicy): boolean {
  return crashTimesMs.length >= policy.crashLoop.crashes || failedStarts >= policy.crashLoop.failedStarts;
}
