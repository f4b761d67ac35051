import { statusCodes } from '@fieldwarden/core';
import { isNumber, type ExpressionType } from '../expression-type.js';
import type { Frame } from '../run/frame.js';
import { integerOf, roundedHalfAway, type Integer } from '../run/integers.js';
import { applied, plain, x } from './define.js';
import type { FunctionDefinition } from './function-definition.js';

const widest = (types: readonly ExpressionType[]): ExpressionType => {
  if (types.includes('any')) return 'any';
  if (!types.every(isNumber)) return types[0];
  return types.includes('float') ? 'float' : 'int';
};

/** A float of a float: what is not finite is Bad. */
function ofFloat(
  name: string,
  summary: string,
  example: readonly [string, string],
  of: (value: number) => number,
): FunctionDefinition {
  return plain('numbers', {
    name,
    summary,
    example,
    parameters: [x()],
    type: 'float',
    of: (frame, value: Integer) => finite(frame, of(Number(value))),
  });
}

function rounded(name: string, summary: string, example: readonly [string, string], of: (value: number) => number) {
  return plain('numbers', {
    name,
    summary,
    example,
    parameters: [x()],
    type: 'int',
    of: (frame, value: Integer) => {
      if (typeof value === 'bigint') return value;
      return integerOf(of(value)) ?? frame.outOfRange();
    },
  });
}

function extreme(name: 'min' | 'max', summary: string, example: readonly [string, string]): FunctionDefinition {
  const isBetter = name === 'min' ? (a: Integer, b: Integer) => a < b : (a: Integer, b: Integer) => a > b;
  return {
    name,
    group: 'numbers',
    summary,
    example,
    parameters: [{ name: 'x', type: 'number', repeated: true }],
    returns: 'as x',
    resultType: widest,
    build: (args) => {
      const isFloat = widest(args.map(({ type }) => type)) === 'float';
      return applied(args, (_frame: Frame, ...values: never[]) => {
        let best: Integer = values[0];
        for (const value of values) if (isBetter(value, best)) best = value;
        return isFloat ? Number(best) : best;
      });
    },
  };
}

function finite(frame: Frame, value: number): number {
  return Number.isFinite(value) ? value : frame.outOfRange();
}

export const numberFunctions: readonly FunctionDefinition[] = [
  {
    name: 'abs',
    group: 'numbers',
    summary: 'The value without its sign.',
    example: ['abs(-3)', '3'],
    parameters: [x()],
    returns: 'as x',
    resultType: widest,
    build: (args) => applied(args, (_frame, value: Integer) => (value < 0 ? -value : value)),
  },
  extreme('min', 'The least of several values.', ['min(3, 1, 2)', '1']),
  extreme('max', 'The greatest of several values.', ['max(3, 1, 2)', '3']),
  {
    name: 'clamp',
    group: 'numbers',
    summary: 'The value, but not below `low` and not above `high`.',
    example: ['clamp(120, 0, 100)', '100'],
    parameters: [x(), { name: 'low', type: 'number' }, { name: 'high', type: 'number' }],
    returns: 'as x',
    resultType: widest,
    build: (args) => {
      const isFloat = widest(args.map(({ type }) => type)) === 'float';
      return applied(args, (frame, value: Integer, low: Integer, high: Integer) => {
        if (low > high) return frame.outOfRange();
        const held = value < low ? low : value > high ? high : value;
        return isFloat ? Number(held) : held;
      });
    },
  },
  rounded('round', 'The nearest integer; halves go away from zero.', ['round(2.5)', '3'], roundedHalfAway),
  rounded('floor', 'The next integer that is not greater.', ['floor(-1.2)', '-2'], Math.floor),
  rounded('ceil', 'The next integer that is not less.', ['ceil(1.2)', '2'], Math.ceil),
  rounded('trunc', 'The integer part.', ['trunc(-1.9)', '-1'], Math.trunc),
  ofFloat('float', 'An integer as a float; exact up to 2^53.', ['float(3) / 2', '1.5'], (value) => value),
  ofFloat('sqrt', 'The square root; Bad for what is less than 0.', ['sqrt(9)', '3'], Math.sqrt),
  plain('numbers', {
    name: 'pow',
    summary: '`x` to the power of `y`.',
    example: ['pow(2, 10)', '1024'],
    parameters: [x(), { name: 'y', type: 'number' }],
    type: 'float',
    of: (frame, base: Integer, exponent: Integer) => finite(frame, Number(base) ** Number(exponent)),
  }),
  ofFloat('exp', 'e to the power of `x`.', ['exp(0)', '1'], Math.exp),
  ofFloat('log', 'The natural logarithm; Bad for what is not greater than 0.', ['log(1)', '0'], Math.log),
  ofFloat('log10', 'The decimal logarithm; Bad for what is not greater than 0.', ['log10(1000)', '3'], Math.log10),
  ofFloat('sin', 'The sine of an angle in radians.', ['sin(0)', '0'], Math.sin),
  ofFloat('cos', 'The cosine of an angle in radians.', ['cos(0)', '1'], Math.cos),
  ofFloat('tan', 'The tangent of an angle in radians.', ['tan(0)', '0'], Math.tan),
  ofFloat('asin', 'The angle in radians whose sine is `x`.', ['asin(0)', '0'], Math.asin),
  ofFloat('acos', 'The angle in radians whose cosine is `x`.', ['acos(1)', '0'], Math.acos),
  ofFloat('atan', 'The angle in radians whose tangent is `x`.', ['atan(0)', '0'], Math.atan),
  {
    name: 'sign',
    group: 'numbers',
    summary: '-1, 0 or 1.',
    example: ['sign(-7)', '-1'],
    parameters: [x()],
    returns: 'int',
    resultType: () => 'int',
    build: (args) => applied(args, (_frame, value: Integer) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  },
  plain('numbers', {
    name: 'number',
    summary: 'The number that a text is; Bad for a text that is none.',
    example: ['number("12.5")', '12.5'],
    parameters: [{ name: 'text', type: 'string' }],
    type: 'float',
    of: (frame, text: string) => {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      if (Number.isFinite(value)) return value;
      frame.meet(statusCodes.BadTypeMismatch);
      return 0;
    },
  }),
];
