/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @param {Tally} a @param {Tally} b @returns {Tally} */
export function addTallies(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** No failure, and something ran at all. @param {Tally} tally */
export function isSuccess({ passed, failed }) {
  return failed === 0 && passed > 0;
}

/** The last line of `npm test`, which scripts read. @param {Tally} tally */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
