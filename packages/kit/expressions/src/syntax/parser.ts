import type { Span } from '../expression-finding.js';
import { expressionLimits } from '../limits.js';
import { canonicalInteger } from '../run/integers.js';
import { ExpressionFault } from './expression-fault.js';
import { tokensOf } from './lexer.js';
import type { BinaryOperator, Node } from './node.js';
import type { Token } from './token.js';

/** Operators of two operands, from the loosest to the tightest; those of one row bind from the left. */
const rows: readonly (readonly BinaryOperator[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', 'div', 'mod'],
];

const comparisons: readonly BinaryOperator[] = ['==', '!=', '<', '<=', '>', '>='];

const reserved = new Set(['and', 'or', 'not', 'in', 'between', 'div', 'mod', 'true', 'false']);

/**
 * An expression as a tree. From loose to tight: `?:` · `||` · `&&` · `not` · comparisons, `in`, `between` · `|` · `^` · `&` · shifts ·
 * `+ -` · `* / div mod` · `! - ~`. The bits of a word bind tighter than comparisons: `{word} & 4 == 4` asks for a bit. Throws
 * ExpressionFault, in time linear in the text.
 */
export function parse(text: string): Node {
  const bytes = Buffer.byteLength(text);
  if (bytes > expressionLimits.textBytes) {
    throw tooLarge({ from: 0, to: 1 }, `it has ${bytes} bytes; at most ${expressionLimits.textBytes} are taken`);
  }
  return new Parser(tokensOf(text)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Node {
    if (this.#isAtEnd()) throw new ExpressionFault(this.#now, 'the expression is empty');
    const node = this.#choice();
    if (!this.#isAtEnd()) throw this.#unexpected('the end of the expression, or an operator');
    return node;
  }

  get #now(): Token {
    return this.#tokens[this.#at];
  }

  #isAtEnd(): boolean {
    return this.#now.kind === 'end';
  }

  #choice(): Node {
    return this.#nested(() => {
      const when = this.#or();
      if (!this.#takeSign('?')) return when;
      const then = this.#choice();
      this.#need(':', 'the value for the other case');
      const otherwise = this.#choice();
      return this.#node({ kind: 'choice', when, then, otherwise, from: when.from, to: otherwise.to });
    });
  }

  #or(): Node {
    return this.#leftward(
      () => this.#and(),
      () => (this.#takeSign('||') || this.#takeWord('or') ? '||' : undefined),
    );
  }

  #and(): Node {
    return this.#leftward(
      () => this.#not(),
      () => (this.#takeSign('&&') || this.#takeWord('and') ? '&&' : undefined),
    );
  }

  #not(): Node {
    const { from } = this.#now;
    if (!this.#takeWord('not')) return this.#comparison();
    const operand = this.#nested(() => this.#not());
    return this.#node({ kind: 'unary', operator: '!', operand, from, to: operand.to });
  }

  #comparison(): Node {
    const subject = this.#row(0);
    const compared = this.#compared(subject);
    if (compared === subject || this.#operatorOf(comparisons) === undefined) return compared;
    throw new ExpressionFault(
      { from: compared.from, to: this.#now.to },
      'comparisons do not follow each other; write {x} between 1 and 5, or join them by &&',
    );
  }

  #compared(subject: Node): Node {
    const operator = this.#operatorOf(comparisons);
    if (operator !== undefined) {
      this.#at += 1;
      const right = this.#row(0);
      return this.#node({ kind: 'binary', operator, left: subject, right, from: subject.from, to: right.to });
    }
    const before = this.#at;
    const negated = this.#takeWord('not');
    if (this.#takeWord('in')) return this.#inList(subject, negated);
    if (this.#takeWord('between')) return this.#between(subject, negated);
    this.#at = before;
    return subject;
  }

  #inList(subject: Node, negated: boolean): Node {
    const closing = this.#takeSign('[') ? ']' : ')';
    if (closing === ')') this.#need('(', 'the list of values: {x} in [1, 2, 3]');
    const items = this.#list(closing);
    const { to } = this.#tokens[this.#at - 1];
    if (items.length > 0) return this.#node({ kind: 'in', subject, items, negated, from: subject.from, to });
    throw new ExpressionFault({ from: subject.from, to }, 'the list is empty; it needs at least one value');
  }

  #between(subject: Node, negated: boolean): Node {
    const low = this.#row(0);
    if (!this.#takeWord('and')) throw this.#unexpected('and, with the upper end: {x} between 1 and 5');
    const high = this.#row(0);
    return this.#node({ kind: 'between', subject, low, high, negated, from: subject.from, to: high.to });
  }

  #row(index: number): Node {
    if (index === rows.length) return this.#unary();
    const operators = rows[index];
    return this.#leftward(
      () => this.#row(index + 1),
      () => {
        const operator = this.#operatorOf(operators);
        if (operator !== undefined) this.#at += 1;
        return operator;
      },
    );
  }

  #unary(): Node {
    const token = this.#now;
    if (token.kind !== 'sign' || !['!', '-', '~', '+'].includes(token.text)) return this.#primary();
    this.#at += 1;
    const operand = this.#nested(() => this.#unary());
    if (token.text === '+') return operand;
    const operator = token.text as '!' | '-' | '~';
    return this.#node({ kind: 'unary', operator, operand, from: token.from, to: operand.to });
  }

  #primary(): Node {
    const token = this.#now;
    this.#at += 1;
    const { from, to } = token;
    switch (token.kind) {
      case 'int':
        return this.#node({ kind: 'literal', type: 'int', value: canonicalInteger(token.value), from, to });
      case 'float':
        return this.#node({ kind: 'literal', type: 'float', value: token.value, from, to });
      case 'duration':
        return this.#node({ kind: 'literal', type: 'duration', value: token.ms, from, to });
      case 'string':
        return this.#node({ kind: 'literal', type: 'string', value: token.value, from, to });
      case 'tag':
        return this.#node({ kind: 'tag', path: token.path, from, to });
      case 'word':
        return this.#word(token);
      case 'sign':
        if (token.text === '(') return this.#inParentheses(from);
        break;
      case 'end':
        break;
    }
    this.#at -= 1;
    throw this.#unexpected('a value');
  }

  #inParentheses(from: number): Node {
    const inner = this.#choice();
    this.#need(')', undefined);
    return { ...inner, from, to: this.#tokens[this.#at - 1].to };
  }

  #word(token: Extract<Token, { kind: 'word' }>): Node {
    const { text, from, to } = token;
    if (text === 'true' || text === 'false') {
      return this.#node({ kind: 'literal', type: 'bool', value: text === 'true', from, to });
    }
    if (reserved.has(text)) {
      this.#at -= 1;
      throw this.#unexpected('a value');
    }
    if (!this.#takeSign('(')) return this.#node({ kind: 'name', name: text, from, to });
    const nodes = this.#nested(() => this.#list(')'));
    const span = { from, to: this.#tokens[this.#at - 1].to };
    if (text === 'if' && nodes.length === 3) {
      const [when, then, otherwise] = nodes;
      return this.#node({ kind: 'choice', when, then, otherwise, ...span });
    }
    return this.#node({ kind: 'call', name: text, nameSpan: { from, to }, arguments: nodes, ...span });
  }

  /** Values up to the closing sign, which is taken. */
  #list(closing: ')' | ']'): readonly Node[] {
    const nodes: Node[] = [];
    if (this.#takeSign(closing)) return nodes;
    do nodes.push(this.#choice());
    while (this.#takeSign(','));
    this.#need(closing, ', or the next value after a comma');
    return nodes;
  }

  #leftward(operand: () => Node, takeOperator: () => BinaryOperator | undefined): Node {
    let left = operand();
    let operator: BinaryOperator | undefined;
    const before = this.#depth;
    while ((operator = takeOperator()) !== undefined) {
      const right = operand();
      left = this.#node({ kind: 'binary', operator, left, right, from: left.from, to: right.to });
      this.#deeper(); // a chain is a tree that grows on its left side
    }
    this.#depth = before;
    return left;
  }

  #nested<T>(read: () => T): T {
    this.#deeper();
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth <= expressionLimits.depth) return;
    throw tooLarge(this.#now, `more than ${expressionLimits.depth} operators or parentheses within each other`);
  }

  #node<T extends Node>(node: T): T {
    this.#nodes += 1;
    if (this.#nodes <= expressionLimits.nodes) return node;
    throw tooLarge(node, `more than ${expressionLimits.nodes} operators, values and calls`);
  }

  #operatorOf(operators: readonly BinaryOperator[]): BinaryOperator | undefined {
    const token = this.#now;
    if (token.kind !== 'sign' && token.kind !== 'word') return undefined;
    return operators.find((operator) => operator === token.text);
  }

  #takeSign(text: string): boolean {
    return this.#take('sign', text);
  }

  #takeWord(text: string): boolean {
    return this.#take('word', text);
  }

  #take(kind: 'sign' | 'word', text: string): boolean {
    const token = this.#now;
    if (token.kind !== kind || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #need(sign: string, before: string | undefined): void {
    if (!this.#takeSign(sign)) throw this.#unexpected(`${sign}${before === undefined ? '' : ` ${before}`}`);
  }

  #unexpected(wanted: string): ExpressionFault {
    const token = this.#now;
    if (token.kind === 'end') return new ExpressionFault(token, `the expression ends where ${wanted} is expected`);
    return new ExpressionFault(token, `${shown(token)} stands where ${wanted} is expected`);
  }
}

function shown(token: Exclude<Token, { kind: 'end' }>): string {
  switch (token.kind) {
    case 'sign':
    case 'word':
      return token.text;
    case 'tag':
      return `{${token.path}}`;
    case 'string':
      return 'a text';
    default:
      return 'a number';
  }
}

function tooLarge(span: Span, what: string): ExpressionFault {
  return new ExpressionFault(
    span,
    `the expression is too large: ${what}. Split it into calculated tags`,
    'expression-too-large',
  );
}
