import { statusCodes } from '@fieldwarden/core';
import { resultOfOperator } from '../check/operator-types.js';
import { isNumber, type ExpressionType } from '../expression-type.js';
import { expressionLimits } from '../limits.js';
import type { BinaryOperator } from '../syntax/node.js';
import type { Evaluate, Frame } from './frame.js';
import * as integers from './integers.js';
import { typeOfValue } from './values.js';

type Operation = (a: never, b: never, frame: Frame) => unknown;

/** Operators but `&&` and `||`: both operands are evaluated, the worst status stays. */
export function binaryEvaluate(
  operator: Exclude<BinaryOperator, '&&' | '||'>,
  left: { readonly type: ExpressionType; readonly evaluate: Evaluate },
  right: { readonly type: ExpressionType; readonly evaluate: Evaluate },
): Evaluate {
  const { evaluate: a } = left;
  const { evaluate: b } = right;
  if (left.type === 'any' || right.type === 'any') return dynamic(operator, a, b);
  const compare = comparison(operator, a, b);
  if (compare) return compare;
  const operation = operationOf(operator, left.type, right.type);
  return (frame) => operation(a(frame) as never, b(frame) as never, frame);
}

/** Values of one kind compare as they are: JavaScript orders numbers and bigints by what they are worth, exactly. */
function comparison(operator: BinaryOperator, a: Evaluate, b: Evaluate): Evaluate | undefined {
  switch (operator) {
    case '<':
      return (frame) => (a(frame) as number) < (b(frame) as number);
    case '<=':
      return (frame) => (a(frame) as number) <= (b(frame) as number);
    case '>':
      return (frame) => (a(frame) as number) > (b(frame) as number);
    case '>=':
      return (frame) => (a(frame) as number) >= (b(frame) as number);
    case '==':
      return (frame) => isEqual(a(frame), b(frame));
    case '!=':
      return (frame) => !isEqual(a(frame), b(frame));
    default:
      return undefined;
  }
}

export function isEqual(a: unknown, b: unknown): boolean {
  return typeof a === typeof b ? a === b : isNumeric(a) && isNumeric(b) && !(a < b) && !(a > b);
}

const isNumeric = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

/** Where a type is known only now. What does not go together is Bad. */
function dynamic(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  let a: unknown;
  let b: unknown;
  const compare = comparison(
    operator,
    () => a,
    () => b,
  );
  return (frame) => {
    const first = left(frame);
    b = right(frame);
    a = first;
    const leftType = typeOfValue(a);
    const rightType = typeOfValue(b);
    if (leftType === undefined || rightType === undefined || !resultOfOperator(operator, leftType, rightType)) {
      frame.meet(statusCodes.BadTypeMismatch);
      return compare ? false : 0;
    }
    if (compare) return compare(frame);
    return operationOf(operator, leftType, rightType)(a as never, b as never, frame);
  };
}

function operationOf(operator: BinaryOperator, left: ExpressionType, right: ExpressionType): Operation {
  if (operator in onIntegers && left === 'int' && right === 'int') {
    const operation = onIntegers[operator as keyof typeof onIntegers];
    return (a: integers.Integer, b: integers.Integer, frame) => operation(a, b) ?? frame.outOfRange();
  }
  if (left === 'string' && operator === '+') return joined;
  const onFloats = floats[operator as keyof typeof floats];
  const needsNumbers = [left, right].some((type) => type === 'int');
  if (!needsNumbers || !isNumber(left) || !isNumber(right)) return onFloats;
  return (a: integers.Integer, b: integers.Integer, frame) => onFloats(Number(a), Number(b), frame);
}

const onIntegers = {
  '+': integers.add,
  '-': integers.subtract,
  '*': integers.multiply,
  div: integers.divide,
  mod: integers.remainder,
  '&': integers.bitAnd,
  '|': integers.bitOr,
  '^': integers.bitExclusiveOr,
  '<<': integers.shiftLeft,
  '>>': integers.shiftRight,
} as const;

const finite = (result: number, frame: Frame): number => (Number.isFinite(result) ? result : frame.outOfRange());

const floats = {
  '+': (a: number, b: number, frame: Frame) => finite(a + b, frame),
  '-': (a: number, b: number, frame: Frame) => finite(a - b, frame),
  '*': (a: number, b: number, frame: Frame) => finite(a * b, frame),
  '/': (a: number, b: number, frame: Frame) => finite(a / b, frame),
} as const;

function joined(a: string, b: string, frame: Frame): string {
  if (a.length + b.length <= expressionLimits.resultCharacters) return a + b;
  frame.outOfRange();
  return '';
}
