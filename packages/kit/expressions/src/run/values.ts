import type { ExpressionType } from '../expression-type.js';

/** Whether a value that was met is of a type; what an `any` holds is looked at by this. */
export function isOfType(value: unknown, type: ExpressionType): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint' || Number.isSafeInteger(value);
    case 'float':
    case 'time':
    case 'duration':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'string':
      return typeof value === 'string';
    case 'any':
      return true;
  }
}

/** The type of a value that was only known as `any`; undefined for what the language does not compute with. */
export function typeOfValue(value: unknown): ExpressionType | undefined {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'float';
    case 'string':
      return 'string';
    default:
      return undefined;
  }
}

export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** What stands for a value that is not to be used, so that what computes with it meets a value of its type. */
export function placeholderOf(type: ExpressionType | 'number' | 'value'): unknown {
  return placeholders[type];
}

const placeholders: Readonly<Record<ExpressionType | 'number' | 'value', unknown>> = {
  bool: false,
  int: 0,
  float: 0,
  number: 0,
  string: '',
  time: 0,
  duration: 0,
  any: null,
  value: null,
};
