import { parseDataType, statusCodes } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression, compileExpression } from './expression.js';
import { ExpressionInputs } from './inputs.js';
import { TestExpression } from './testing/evaluated.js';
import { expectSame } from './testing/expect-same.js';
import { garbage } from './testing/garbage.js';
import { randomConditions, randomTags } from './testing/random-expressions.js';

/** A hundred times as many with FIELDWARDEN_LONG=1. */
const times = process.env.FIELDWARDEN_LONG === '1' ? 100 : 1;
const timeout = 30_000 * times;

describe('an expression (§17.3)', { timeout }, () => {
  it('comes to what a slow interpreter comes to, in value and status', () => {
    fc.assert(fc.property(randomConditions, randomTags, expectSame), { numRuns: 3_000 * times });
  });

  it('is told or taken, whatever the text, and never throws', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const scope = { typeOf: () => parseDataType('float64') };
        const { ok, findings } = checkExpression(text, scope);
        expect(ok || findings.length > 0).toBe(true);
        for (const { column, length } of findings) {
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column + length).toBeLessThanOrEqual(text.length + 2);
        }
        const expression = compileExpression(text, scope);
        expect(expression !== undefined).toBe(ok);
        expression?.evaluate(new ExpressionInputs(expression.dependencies.length), 0);
      }),
      { numRuns: 10_000 * times },
    );
  });

  it('has a Bad status until every input has had a value', () => {
    const expression = compileExpression('{a} + {b}', { typeOf: () => parseDataType('float64') })!;
    const inputs = new ExpressionInputs(2);
    expect(expression.evaluate(inputs, 5)).toMatchObject({ value: null, status: statusCodes.BadWaitingForInitialData });
    inputs.set(0, 1, statusCodes.Good, 1);
    inputs.set(1, 2, statusCodes.Good, 2);
    expect(expression.evaluate(inputs, 5)).toMatchObject({ value: 3, status: statusCodes.Good, sourceAtMs: 2 });
    inputs.set(1, null, statusCodes.Good, 3);
    expect(expression.evaluate(inputs, 5).status).toBe(statusCodes.BadNoData);
  });

  it('does not take a value of another type for one of its own', () => {
    const text = new TestExpression('{a} + "!"', { a: { type: 'string', value: 'x' } });
    expect(text.value).toBe('x!');
    expect(text.set({ a: { value: 5 } }).result().status).toBe(statusCodes.BadTypeMismatch);
  });
});
