import type { ExpressionRule, Span } from '../expression-finding.js';

/** Thrown where a text is no expression; ends the reading of it. */
export class ExpressionFault extends Error {
  override readonly name = 'ExpressionFault';
  readonly span: Span;
  readonly rule: ExpressionRule;

  constructor(span: Span, message: string, rule: ExpressionRule = 'expression-syntax') {
    super(message);
    this.span = span;
    this.rule = rule;
  }
}
