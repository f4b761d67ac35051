/**
 * `suites`: each test file and how long its tests and hooks took; `interrupted`: somebody ended the run.
 * @typedef {{ passed: number, failed: number, skipped: number, interrupted?: boolean, suites: { file: string, durationMs: number }[] }} Tally
 */

/** @type {Tally} */
export const nothing = { passed: 0, failed: 0, skipped: 0, suites: [] };

/** @param {Tally} a @param {Tally} b @returns {Tally} */
export function addTallies(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    suites: [...a.suites, ...b.suites],
  };
}

/** No failure, and something ran at all. @param {Tally} tally */
export function isSuccess({ passed, failed }) {
  return failed === 0 && passed > 0;
}

/** The test files that took longest, a line each. @param {Tally} tally */
export function slowestLines({ suites }, count = 10) {
  const slowest = suites.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, count);
  return slowest.map(({ file, durationMs }) => `${(durationMs / 1000).toFixed(1).padStart(7)} s  ${file}`);
}

/** The last line of `npm test`, which scripts read. @param {Tally} tally */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
