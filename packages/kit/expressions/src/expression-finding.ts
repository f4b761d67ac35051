/** What is to be said about one place of an expression. One with an `error` is not run. */
export interface ExpressionFinding {
  /** Stable name of the rule: `expression-tag-unknown`. */
  readonly rule: ExpressionRule;
  /** For people: what is wrong, and what helps. */
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** First character, counted from 1. */
  readonly column: number;
  /** Characters, at least 1. */
  readonly length: number;
}

export type ExpressionRule =
  | 'expression-syntax'
  | 'expression-too-large'
  | 'expression-tag-unknown'
  | 'expression-name-unknown'
  | 'expression-function-unknown'
  | 'expression-arguments'
  | 'expression-type'
  | 'expression-not-exact'
  | 'expression-float-equality'
  | 'expression-constant'
  | 'expression-relative';

/** From the first to behind the last character, counted from 0. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function findingAt(
  { from, to }: Span,
  rule: ExpressionRule,
  message: string,
  severity: ExpressionFinding['severity'] = 'error',
): ExpressionFinding {
  return { rule, message, severity, column: from + 1, length: Math.max(1, to - from) };
}
