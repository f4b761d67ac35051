import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citedClauses } from './cited-clauses.js';
import { clauses, type Clause } from './clauses.js';
import { isCompliant, judge } from './judge.js';
import type { TestOutcome } from './test-outcome.js';

const some: readonly Clause[] = [
  { number: '5.4', subject: 'writes', stage: 'present' },
  { number: '5.7', subject: 'cost', stage: 'benchmark' },
  { number: '8.4', subject: 'history', stage: 'open' },
];

const test = (title: string, state: TestOutcome['state'] = 'passed'): TestOutcome => ({
  file: 'a.test.ts',
  title,
  state,
});

/** Verdicts of `some` after these tests. */
function verdicts(...tests: readonly TestOutcome[]) {
  return judge(some, { tests, mishaps: [] }).clauses.map(({ verdict }) => verdict);
}

describe('the clauses that a title cites', () => {
  it('are all that it names, each once', () => {
    expect(citedClauses('retries (§5.3, §5.4) › not of writes (§5.4)')).toEqual(['5.3', '5.4']);
  });

  it('end where the number ends', () => {
    expect(citedClauses('as SPEC §12 says. Also §9.1.')).toEqual(['12', '9.1']);
  });

  it('are none where none is named', () => {
    expect(citedClauses('adds 5.4 to 5.5')).toEqual([]);
  });
});

describe('the verdict on a clause', () => {
  it('is proven when a test that cites it passed', () => {
    expect(verdicts(test('writes (§5.4) › once'))).toEqual(['proven', 'measured', 'open']);
  });

  it('is unproven when no test cites it', () => {
    expect(verdicts(test('writes'))[0]).toBe('unproven');
  });

  it('is unproven when its tests were skipped', () => {
    expect(verdicts(test('§5.4', 'skipped'))[0]).toBe('unproven');
  });

  it('is failed when one of its tests failed, however many passed', () => {
    expect(verdicts(test('§5.4'), test('§5.4 again', 'failed'))[0]).toBe('failed');
  });

  it('is failed for an open clause too, whose tests need not be there but must pass', () => {
    expect(verdicts(test('§5.4'), test('§8.4', 'failed'))[2]).toBe('failed');
  });
});

describe('a run', () => {
  const proof = test('§5.4');

  it('is compliant when every present clause is proven', () => {
    expect(isCompliant(judge(some, { tests: [proof], mishaps: [] }))).toBe(true);
  });

  it('of no tests is not', () => {
    expect(isCompliant(judge(some, { tests: [], mishaps: [] }))).toBe(false);
  });

  it.each([
    ['a title cites a clause that there is not', [proof, test('§5.9')], []],
    ['a test failed that cites none', [proof, test('adds', 'failed')], []],
    ['a file could not be loaded', [proof], ['b.test.ts: SyntaxError']],
  ])('is not when %s', (_, tests, mishaps) => {
    const judgement = judge(some, { tests, mishaps });
    expect(judgement.complaints).toHaveLength(1);
    expect(isCompliant(judgement)).toBe(false);
  });

  it('is compliant exactly if each present clause has a test that passed and nothing failed', () => {
    const outcome = fc.record({
      file: fc.constant('a.test.ts'),
      title: fc.constantFrom('§5.4', '§5.7', '§8.4', 'none'),
      state: fc.constantFrom('passed', 'failed', 'skipped'),
    });
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 6 }), (tests) => {
        const expected =
          tests.some(({ title, state }) => title === '§5.4' && state === 'passed') &&
          tests.every(({ state }) => state !== 'failed');
        expect(isCompliant(judge(some, { tests, mishaps: [] }))).toBe(expected);
      }),
    );
  });
});

describe('the list of clauses', () => {
  it('names each once', () => {
    const numbers = clauses.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('is in the order of the specification, chapters 2 to 15', () => {
    const order = clauses
      .map(({ number }) => number.split('.').map(Number))
      .map(([chapter, part = 0]) => chapter * 100 + part);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect([...new Set(order.map((place) => Math.floor(place / 100)))]).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ]);
  });
});
