import { writeFileSync } from 'node:fs';

/**
 * Writes how many tests passed, failed and were skipped, and how long each file took, to the file named by FIELDWARDEN_TEST_TALLY. A file
 * that could not be loaded, a failing hook and an unhandled error each count as one failure: vitest has no test to pin them on.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) addModule(tally, module);
    if (reason === 'interrupted') tally.failed += 1;
    const suites = modules.map(suiteOf);
    writeFileSync(
      process.env.FIELDWARDEN_TEST_TALLY,
      JSON.stringify({ ...tally, interrupted: reason === 'interrupted', suites }),
    );
  }
}

/** Tests and hooks, without loading. */
function durationOf(module) {
  return Math.round(module.diagnostic().duration);
}

/** What the end of a run needs to know of one file: its counts, and the names of what failed. */
function suiteOf(module) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  addModule(counts, module);
  const failures = [...module.children.allTests()].filter((test) => outcomeOf(test) === 'failed');
  return {
    file: module.relativeModuleId,
    durationMs: durationOf(module),
    ...counts,
    failures: failures.map((test) => test.fullName),
  };
}

function addModule(tally, module) {
  tally.failed += module.errors().length;
  for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
  for (const test of module.children.allTests()) tally[outcomeOf(test)] += 1;
}

/** A test that never finished is a failure, not a skip. */
function outcomeOf(test) {
  const { state } = test.result();
  return state === 'pending' ? 'failed' : state;
}
