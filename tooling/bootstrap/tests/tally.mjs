/**
 * One test file: how long its tests and hooks took, its counts, and the names of the tests that failed.
 * @typedef {{ file: string, durationMs: number, passed: number, failed: number, skipped: number, failures: string[] }} Suite
 */

/**
 * `suites`: each test file; `interrupted`: somebody ended the run. The counts hold more than those of the suites: checks, and errors that
 * belong to no file.
 * @typedef {{ passed: number, failed: number, skipped: number, interrupted?: boolean, suites: Suite[] }} Tally
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

/** The files in which something failed. @param {Tally} tally */
export function failedSuites({ suites }) {
  return suites.filter(({ failed }) => failed > 0);
}

/** A tally with what files came to when they were run again in place of what they came to before. @param {Tally} tally @param {Tally} again @returns {Tally} */
export function replaceSuites(tally, again) {
  const files = new Set(again.suites.map(({ file }) => file));
  const former = tally.suites.filter(({ file }) => files.has(file));
  const less = (count) => tally[count] - former.reduce((sum, suite) => sum + suite[count], 0) + again[count];
  return {
    ...tally,
    passed: less('passed'),
    failed: less('failed'),
    skipped: less('skipped'),
    suites: [...tally.suites.filter(({ file }) => !files.has(file)), ...again.suites],
  };
}

/** The tests that failed, a line each. @param {Tally} tally */
export function failureLines(tally) {
  return failedSuites(tally).flatMap(({ file, failures }) =>
    failures.length > 0 ? failures.map((name) => `  ${file} › ${name}`) : [`  ${file}`],
  );
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
