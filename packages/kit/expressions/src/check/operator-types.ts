import { isNumber, type ExpressionType } from '../expression-type.js';
import type { BinaryOperator } from '../syntax/node.js';

const arithmetic: readonly BinaryOperator[] = ['+', '-', '*', '/'];
const integral: readonly BinaryOperator[] = ['div', 'mod', '&', '|', '^', '<<', '>>'];
const ordering: readonly BinaryOperator[] = ['<', '<=', '>', '>='];

/** The type of what an operator makes of two types; undefined where they do not go together. `any` is decided when it is evaluated. */
export function resultOfOperator(
  operator: BinaryOperator,
  left: ExpressionType,
  right: ExpressionType,
): ExpressionType | undefined {
  if (operator === '&&' || operator === '||') return isBoolean(left) && isBoolean(right) ? 'bool' : undefined;
  if (operator === '==' || operator === '!=') return isSameKind(left, right) ? 'bool' : undefined;
  if (ordering.includes(operator)) {
    return isSameKind(left, right) && left !== 'bool' && right !== 'bool' ? 'bool' : undefined;
  }
  if (integral.includes(operator)) return isInteger(left) && isInteger(right) ? 'int' : undefined;
  if (!arithmetic.includes(operator)) return undefined;
  if (left === 'any' || right === 'any') return 'any';
  if (isNumber(left) && isNumber(right)) {
    return operator !== '/' && left === 'int' && right === 'int' ? 'int' : 'float';
  }
  return ofOthers[`${left} ${operator} ${right}`] ?? ofScaled(operator, left, right);
}

/** Arithmetic with texts, times and durations. */
const ofOthers: Readonly<Record<string, ExpressionType>> = {
  'string + string': 'string',
  'time + duration': 'time',
  'duration + time': 'time',
  'time - time': 'duration',
  'time - duration': 'time',
  'duration + duration': 'duration',
  'duration - duration': 'duration',
  'duration / duration': 'float',
};

function ofScaled(operator: BinaryOperator, left: ExpressionType, right: ExpressionType): ExpressionType | undefined {
  if (left === 'duration' && isNumber(right)) return operator === '*' || operator === '/' ? 'duration' : undefined;
  if (isNumber(left) && right === 'duration') return operator === '*' ? 'duration' : undefined;
  return undefined;
}

/** Whether values of both types can be compared with each other. */
export function isSameKind(left: ExpressionType, right: ExpressionType): boolean {
  return left === right || left === 'any' || right === 'any' || (isNumber(left) && isNumber(right));
}

/** The one type of which both are; undefined where there is none. */
export function commonType(a: ExpressionType, b: ExpressionType): ExpressionType | undefined {
  if (a === b) return a;
  if (isNumber(a) && isNumber(b)) return 'float';
  return a === 'any' || b === 'any' ? 'any' : undefined;
}

const isBoolean = (type: ExpressionType): boolean => type === 'bool' || type === 'any';
const isInteger = (type: ExpressionType): boolean => type === 'int' || type === 'any';
