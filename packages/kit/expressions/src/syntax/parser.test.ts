import { describe, expect, it } from 'vitest';
import { expressionLimits } from '../limits.js';
import { ExpressionFault } from './expression-fault.js';
import type { Node } from './node.js';
import { parse } from './parser.js';

/** With all parentheses that the grammar implies. */
function shown(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'string' ? JSON.stringify(node.value) : `${node.value}`;
    case 'tag':
      return `{${node.path}}`;
    case 'name':
      return node.name;
    case 'unary':
      return `(${node.operator}${shown(node.operand)})`;
    case 'binary':
      return `(${shown(node.left)} ${node.operator} ${shown(node.right)})`;
    case 'choice':
      return `(${shown(node.when)} ? ${shown(node.then)} : ${shown(node.otherwise)})`;
    case 'in':
      return `(${shown(node.subject)} ${node.negated ? 'not ' : ''}in ${node.items.map(shown).join()})`;
    case 'between':
      return `(${shown(node.subject)} ${node.negated ? 'not ' : ''}between ${shown(node.low)} and ${shown(node.high)})`;
    case 'call':
      return `${node.name}(${node.arguments.map(shown).join()})`;
  }
}

describe('the grammar (§17.3)', () => {
  it.each([
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['1 - 2 - 3', '((1 - 2) - 3)'],
    ['a && b || c', '((a && b) || c)'],
    ['a or b and not c', '(a || (b && (!c)))'],
    ['not a == b', '(!(a == b))'],
    ['!a == b', '((!a) == b)'],
    ['{w} & 4 == 4', '(({w} & 4) == 4)'],
    ['a | b ^ c & d', '(a | (b ^ (c & d)))'],
    ['1 << 2 + 3', '(1 << (2 + 3))'],
    ['7 div 2 mod 3', '((7 div 2) mod 3)'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['if(a, 1, 2)', '(a ? 1 : 2)'],
    ['a in [1, 2] && b', '((a in 1,2) && b)'],
    ['a not in (1)', '(a not in 1)'],
    ['a between 1 and 2 and b', '((a between 1 and 2) && b)'],
    ['a not between 1 and 2 + 3', '(a not between 1 and (2 + 3))'],
    ['-a * -2', '((-a) * (-2))'],
    ['+a', 'a'],
    ['~a & 0xFF', '((~a) & 255)'],
    ['(1 + 2) * 3', '((1 + 2) * 3)'],
    ['min(a, max(b, c))', 'min(a,max(b,c))'],
    ['{ line/speed }', '{line/speed}'],
    ["'it''", undefined],
    [String.raw`"a\"b\n"`, JSON.stringify('a"b\n')],
    ['1.5e3 + .5', '(1500 + 0.5)'],
    ['2min', '120000'],
    ['0b101', '5'],
    ['18446744073709551615', '18446744073709551615'],
  ])('%s', (text, expected) => {
    if (expected === undefined) expect(() => parse(text)).toThrow(ExpressionFault);
    else expect(shown(parse(text))).toBe(expected);
  });

  it.each([
    ['', 0, 'the expression is empty'],
    ['1 +', 3, 'the expression ends where a value is expected'],
    ['a = 1', 2, '"=" does not belong here: == compares; there is no assignment'],
    ['5 % 2', 2, 'the remainder is written mod'],
    ['a.b', 1, 'there is no access to parts of a value'],
    ['a < b < c', 0, 'comparisons do not follow each other'],
    ['(1', 2, 'the expression ends where ) is expected'],
    ['1 2', 2, 'a number stands where the end of the expression, or an operator is expected'],
    ['a ? b', 5, 'the expression ends where : the value for the other case is expected'],
    ['5kg', 0, '5kg is neither a number nor a duration'],
    ['"abc', 0, 'the text that begins here is not ended by "'],
    ['99999999999999999999', 0, 'the integer has more than 64 bits'],
    ['a in []', 0, 'the list is empty'],
    ['a between 1', 11, 'the expression ends where and, with the upper end'],
    ['and', 0, 'and stands where a value is expected'],
    ['{a', 0, 'the path of a tag stands between { and }'],
  ])('%j is no expression, and says where and why', (text, from, message) => {
    const error = fault(text);
    expect(error.message).toContain(message);
    expect(error.span.from).toBe(from);
  });

  it.each([
    ['bytes', `"${'x'.repeat(expressionLimits.textBytes)}"`],
    [
      'nodes',
      Array.from({ length: 501 }, () => '1')
        .join(',')
        .replace(/^/, 'max(') + ')',
    ],
    ['parentheses', `${'('.repeat(60)}1${')'.repeat(60)}`],
    ['operators in a chain', Array.from({ length: 60 }, () => '1').join('+')],
    ['negations', `${'!'.repeat(60)}true`],
    ['calls', `${'abs('.repeat(60)}1${')'.repeat(60)}`],
    ['choices', `${'true ? 1 : '.repeat(60)}1`],
  ])('is bounded in %s', (_what, text) => expect(fault(text).rule).toBe('expression-too-large'));
});

function fault(text: string): ExpressionFault {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ExpressionFault) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}
