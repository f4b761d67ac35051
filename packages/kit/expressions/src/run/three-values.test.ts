import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { TestExpression, type TestTag } from '../testing/evaluated.js';

const { Good, UncertainLastUsableValue, BadNoCommunication, BadTimeout } = statusCodes;

/** An operand in each state, with a time of its own. */
const states = [
  { value: true, status: Good },
  { value: false, status: Good },
  { value: true, status: UncertainLastUsableValue },
  { value: false, status: UncertainLastUsableValue },
  { value: null, status: BadNoCommunication },
] as const;

type State = (typeof states)[number];

const isBad = ({ status }: State): boolean => status === BadNoCommunication;

function run(
  text: string,
  a: State,
  b: State,
  atMs = [100, 200],
): { value: unknown; status: number; sourceAtMs: number } {
  const tags: Record<string, TestTag> = {
    a: { type: 'bool', ...a, atMs: atMs[0] },
    b: { type: 'bool', ...b, atMs: atMs[1] },
  };
  return new TestExpression(text, tags).result();
}

/** Written from SPEC §17.3, not from the code: the operand that decides is looked for first. */
function expected(
  decisive: boolean,
  a: State,
  b: State,
): { value: boolean | null; status: number; sourceAtMs: number } {
  const deciding = [a, b].filter(({ value, status }) => status === Good && value === decisive);
  const timeOf = (one: State): number => (one === a ? 100 : 200);
  if (deciding.length === 1 && a !== b) return { value: decisive, status: Good, sourceAtMs: timeOf(deciding[0]) };
  const counted = [a, b];
  const worst = counted.reduce((x, y) => (y.status >>> 30 > x.status >>> 30 ? y : x)).status;
  const value = counted.some(isBad) ? null : counted.some((one) => one.value === decisive) ? decisive : !decisive;
  return { value, status: worst, sourceAtMs: worst === Good ? 200 : 100 };
}

const pairs = states.flatMap((a) => states.map((b) => [a, b] as const));

describe('logic in three values (§17.3)', () => {
  for (const [operator, decisive] of [
    ['&&', false],
    ['||', true],
  ] as const) {
    it.each(pairs)(`%j ${operator} %j`, (a, b) => {
      if (a === b && a.status === Good && a.value === decisive) {
        // Both decide: Good; the left one alone is looked at.
        expect(run(`{a} ${operator} {b}`, a, b)).toMatchObject({ value: decisive, status: Good });
      } else expect(run(`{a} ${operator} {b}`, a, b)).toMatchObject(expected(decisive, a, b));
    });

    it.each(pairs)(`says the same of %j ${operator} %j in either order`, (a, b) => {
      const [one, other] = [run(`{a} ${operator} {b}`, a, b), run(`{b} ${operator} {a}`, a, b)];
      expect(one).toMatchObject({ value: other.value, status: other.status });
    });
  }

  it.each(pairs)('a comparison of %j and %j has the worst status, and the oldest time unless all is Good', (a, b) => {
    const status = a.status >>> 30 >= b.status >>> 30 ? a.status : b.status;
    const value = isBad(a) || isBad(b) ? null : a.value === b.value;
    expect(run('{a} == {b}', a, b)).toMatchObject({ value, status, sourceAtMs: status === Good ? 200 : 100 });
  });

  it('keeps the first of two statuses that are as bad', () => {
    const tags: Record<string, TestTag> = {
      a: { type: 'bool', value: null, status: BadTimeout },
      b: { type: 'bool', value: null, status: BadNoCommunication },
    };
    expect(new TestExpression('{a} && {b}', tags).result().status).toBe(BadTimeout);
    expect(new TestExpression('{b} || {a}', tags).result().status).toBe(BadNoCommunication);
    expect(new TestExpression('{a} == {b}', tags).result().status).toBe(BadTimeout);
  });

  it('takes of a choice the branch that is chosen, and is Bad while the condition is', () => {
    const tags: Record<string, TestTag> = {
      when: { type: 'bool', value: true },
      x: { type: 'float64', value: 1.5 },
      y: { type: 'float64', value: null, status: BadTimeout },
    };
    const choice = new TestExpression('{when} ? {x} : {y}', tags);
    expect(choice.result()).toMatchObject({ value: 1.5, status: Good });
    choice.set({ when: { value: false } });
    expect(choice.result()).toMatchObject({ value: null, status: BadTimeout });
    choice.set({ when: { value: null, status: BadNoCommunication } });
    expect(choice.result()).toMatchObject({ value: null, status: BadNoCommunication });
  });

  it('has the time of the evaluation where nothing is read', () => {
    expect(new TestExpression('1 + 2').result()).toMatchObject({ value: 3, status: Good, sourceAtMs: 1_000_000 });
  });
});
