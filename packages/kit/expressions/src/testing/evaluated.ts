import { parseDataType, statusCodes, type StatusCode, type TagValue } from '@fieldwarden/core';
import { checkExpression, compileExpression, type Expression, type ExpressionResult } from '../expression.js';
import type { ExpressionScope } from '../expression-scope.js';
import { ExpressionInputs } from '../inputs.js';

/** A tag of a test: its type, value, status and source time. */
export interface TestTag {
  readonly type: string;
  readonly value: TagValue | null;
  readonly status?: StatusCode;
  readonly atMs?: number;
}

export function scopeOf(tags: Readonly<Record<string, TestTag>>, more: Partial<ExpressionScope> = {}): ExpressionScope {
  return {
    typeOf: (path) => (Object.hasOwn(tags, path) ? parseDataType(tags[path].type) : undefined),
    pathsLike: () => Object.keys(tags),
    ...more,
  };
}

/** An expression over tags whose values a test changes. */
export class TestExpression {
  readonly expression: Expression;
  readonly #inputs: ExpressionInputs;
  readonly #tags: Readonly<Record<string, TestTag>>;
  nowMs = 1_000_000;

  constructor(text: string, tags: Readonly<Record<string, TestTag>> = {}, more: Partial<ExpressionScope> = {}) {
    const scope = scopeOf(tags, more);
    const expression = compileExpression(text, scope);
    if (!expression)
      throw new Error(
        checkExpression(text, scope)
          .findings.map(({ message }) => message)
          .join('; '),
      );
    this.expression = expression;
    this.#tags = tags;
    this.#inputs = new ExpressionInputs(expression.dependencies.length);
    this.set(tags);
  }

  set(changed: Readonly<Record<string, Partial<TestTag>>>): this {
    for (const [path, change] of Object.entries(changed)) {
      const { value, status = statusCodes.Good, atMs = this.nowMs } = { ...this.#tags[path], ...change };
      const index = this.expression.dependencies.findIndex((one) =>
        one.kind === 'tag' ? one.path === path : one.name === path,
      );
      if (index >= 0) this.#inputs.set(index, value, status, atMs);
    }
    return this;
  }

  result(): ExpressionResult {
    return { ...this.expression.evaluate(this.#inputs, this.nowMs) };
  }

  get value(): unknown {
    return this.result().value;
  }

  after(ms: number): this {
    this.nowMs += ms;
    return this;
  }
}

/** The value of an expression, or `Bad…` where its status is not Good. */
export function evaluated(text: string, tags: Readonly<Record<string, TestTag>> = {}): unknown {
  return new TestExpression(text, tags).value;
}
