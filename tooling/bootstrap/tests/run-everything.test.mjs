import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runEverything } from './run-everything.mjs';
import { nothing } from './tally.mjs';

let told;

beforeEach(() => {
  told = [];
  vi.spyOn(console, 'log').mockImplementation((text) => told.push(text));
});

afterEach(() => vi.restoreAllMocks());

/** Records what begins and ends, in order. */
function tools(first = {}) {
  const course = [];
  const work = async (name, result) => {
    course.push(`${name} begins`);
    await new Promise((settle) => setImmediate(settle));
    course.push(`${name} ends`);
    return result;
  };
  const suites = [{ file: 'slow.test.ts', durationMs: 9_000 }];
  const tests = (args) => {
    const isFirst = args.some((arg) => arg.startsWith('--exclude='));
    return work(isFirst ? 'first' : args.join(' '), { ...nothing, passed: 10, suites, ...(isFirst ? first : {}) });
  };
  return { course, runChecks: () => work('checks', { passed: 3, failed: 1 }), run: tests };
}

describe('everything that a change must pass', () => {
  it('is the checks beside the first tests, then the tests that watch the clock, all counted', async () => {
    const { course, ...rest } = tools();
    expect(await runEverything(rest)).toMatchObject({ passed: 23, failed: 1, skipped: 0 });
    expect(course).toEqual([
      'checks begins',
      'first begins',
      'checks ends',
      'first ends',
      expect.stringMatching(/^tooling\/acceptance .*\.test\.ts begins$/),
      expect.stringMatching(/^tooling\/acceptance .*\.test\.ts ends$/),
    ]);
  });

  it('names the slowest suites at the end', async () => {
    await runEverything(tools());
    expect(told.at(-1)).toContain('9.0 s  slow.test.ts');
  });

  it('goes on after a failure, and stops when somebody ended the first tests', async () => {
    const failed = tools({ failed: 1 });
    await runEverything(failed);
    expect(failed.course).toHaveLength(6);
    const ended = tools({ failed: 1, interrupted: true });
    expect(await runEverything(ended)).toMatchObject({ passed: 13, failed: 2 });
    expect(ended.course).toHaveLength(4);
  });
});
