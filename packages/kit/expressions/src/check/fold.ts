import type { Typed } from './typed.js';

/** What a condition always is, whatever its inputs say; undefined where it depends on them. Looks through logic only: that is where people err. */
export function fold(node: Typed): boolean | undefined {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'boolean' ? node.value : undefined;
    case 'unary': {
      const operand = node.operator === '!' ? fold(node.operand) : undefined;
      return operand === undefined ? undefined : !operand;
    }
    case 'binary':
      return foldBinary(node);
    case 'choice': {
      const when = fold(node.when);
      if (when !== undefined) return fold(when ? node.then : node.otherwise);
      const then = fold(node.then);
      return then !== undefined && then === fold(node.otherwise) ? then : undefined;
    }
    default:
      return undefined;
  }
}

function foldBinary({ operator, left, right }: Extract<Typed, { kind: 'binary' }>): boolean | undefined {
  if (operator === '&&' || operator === '||') {
    const decisive = operator === '||';
    const [a, b] = [fold(left), fold(right)];
    if (a === decisive || b === decisive) return decisive;
    return a === undefined || b === undefined ? undefined : !decisive;
  }
  if (left.kind !== 'literal' || right.kind !== 'literal') return undefined;
  const [a, b] = [left.value, right.value];
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    default:
      return undefined;
  }
}
