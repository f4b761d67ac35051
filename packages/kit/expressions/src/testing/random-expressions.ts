import { statusCodes } from '@fieldwarden/core';
import fc from 'fast-check';
import type { TestTag } from './evaluated.js';

const statuses = [statusCodes.Good, statusCodes.Good, statusCodes.UncertainLastUsableValue, statusCodes.BadTimeout];

const tagOf = (type: string, value: fc.Arbitrary<TestTag['value']>): fc.Arbitrary<TestTag> =>
  fc.tuple(value, fc.constantFrom(...statuses)).map(([one, status]) => ({
    type,
    value: status === statusCodes.BadTimeout ? null : one,
    status,
  }));

/** Six tags: two bools, two integers, two floats that are never whole, in any quality. */
export const randomTags: fc.Arbitrary<Readonly<Record<string, TestTag>>> = fc.record({
  b0: tagOf('bool', fc.boolean()),
  b1: tagOf('bool', fc.boolean()),
  i0: tagOf('int64', fc.oneof(fc.bigInt(-3n, 3n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n))),
  i1: tagOf('int32', fc.integer({ min: -100, max: 100 })),
  f0: tagOf(
    'float64',
    fc.integer({ min: -1000, max: 1000 }).map((value) => value + 0.37),
  ),
  f1: tagOf(
    'float64',
    fc.integer({ min: -5, max: 5 }).map((value) => value + 0.11),
  ),
});

/** Texts of bool expressions over these tags, of every operator that the slow interpreter knows. */
export const randomConditions: fc.Arbitrary<string> = fc.letrec<Record<'bool' | 'int', string>>((tie) => {
  const pair = (kind: 'bool' | 'int', operators: readonly string[]): fc.Arbitrary<string> =>
    fc
      .tuple(tie(kind), fc.constantFrom(...operators), tie(kind))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`);
  const choice = (kind: 'bool' | 'int'): fc.Arbitrary<string> =>
    fc.tuple(tie('bool'), tie(kind), tie(kind)).map(([when, then, other]) => `(${when} ? ${then} : ${other})`);
  const float = fc.constantFrom('{f0}', '{f1}', '{f0} * {f1}', '{f0} / {f1}', '{f0} - 0.25', '{f0} + {f1}');
  return {
    bool: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'tree' },
      fc.constantFrom('{b0}', '{b1}', 'true', 'false'),
      pair('bool', ['&&', '||', '==', '!=', 'and', 'or']),
      pair('int', ['==', '!=', '<', '<=', '>', '>=']),
      fc
        .tuple(float, fc.constantFrom('<', '<=', '>', '>='), float)
        .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      tie('bool').map((operand) => `!${operand}`),
      choice('bool'),
    ),
    int: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'tree' },
      fc.constantFrom('{i0}', '{i1}', '0', '1', '7', '9007199254740993'),
      pair('int', ['+', '-', '*', 'div', 'mod']),
      tie('int').map((operand) => `(-${operand})`),
      choice('int'),
    ),
  };
}).bool;
