/** One test of a run. */
export interface TestOutcome {
  /** Relative to the root of the tree. */
  readonly file: string;
  /** With the titles of the suites around it. */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
}

/** What a run of the tests left behind. */
export interface TestRun {
  readonly tests: readonly TestOutcome[];
  /** What failed without being a test: a file that could not be loaded, a hook, an error that nobody caught. */
  readonly mishaps: readonly string[];
}
