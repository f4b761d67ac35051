import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runEverything } from './run-everything.mjs';
import { nothing } from './tally.mjs';

let told;

beforeEach(() => {
  told = [];
  vi.spyOn(console, 'log').mockImplementation((text) => told.push(text));
});

afterEach(() => vi.restoreAllMocks());

function suite(file, failures = []) {
  return { file, durationMs: 9_000, passed: 1, failed: failures.length, skipped: 0, failures };
}

/** Records what begins and ends, in order. */
function tools(first = {}, again = {}) {
  const course = [];
  const work = async (name, result) => {
    course.push(`${name} begins`);
    await new Promise((settle) => setImmediate(settle));
    course.push(`${name} ends`);
    return result;
  };
  const suites = [suite('slow.test.ts')];
  const tests = (args) => {
    const isFirst = args.some((arg) => arg.startsWith('--exclude='));
    const result = isFirst ? first : args.includes('--maxWorkers=1') ? again : {};
    return work(isFirst ? 'first' : args.join(' '), { ...nothing, passed: 10, suites, ...result });
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

  it('runs the few files that failed once more, alone, and says which passed only then', async () => {
    const first = { failed: 2, suites: [suite('a.test.ts', ['x']), suite('b.test.ts', ['y'])] };
    const again = { passed: 2, failed: 1, suites: [suite('a.test.ts'), suite('b.test.ts', ['y'])] };
    const repeating = tools(first, again);
    expect(await runEverything(repeating)).toMatchObject({ passed: 23, failed: 2 });
    expect(repeating.course.at(-1)).toBe('a.test.ts b.test.ts --maxWorkers=1 ends');
    expect(told).toContainEqual(expect.stringMatching(/^UNSTEADY.*\n {2}a\.test\.ts\n$/));
    expect(told.at(-1)).toBe('Failed:\n  b.test.ts › y\n');
  });

  it('does not repeat when many files failed', async () => {
    const suites = ['a', 'b', 'c', 'd', 'e'].map((file) => suite(`${file}.test.ts`, ['x']));
    const broken = tools({ failed: 5, suites });
    expect(await runEverything(broken)).toMatchObject({ failed: 6 });
    expect(broken.course).toHaveLength(6);
  });
});
