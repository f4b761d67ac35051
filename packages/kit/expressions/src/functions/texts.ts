import { expressionLimits } from '../limits.js';
import type { Frame } from '../run/frame.js';
import { plain } from './define.js';
import type { FunctionDefinition, Parameter } from './function-definition.js';
import { compilePattern, patternFault, type Pattern } from './pattern.js';

const text: Parameter = { name: 'text', type: 'string' };
const part: Parameter = { name: 'part', type: 'string' };

const patterns = new Map<string, Pattern>();

function patternOf(source: string): Pattern {
  let pattern = patterns.get(source);
  if (!pattern) {
    if (patterns.size >= 1_000) patterns.clear();
    patterns.set(source, (pattern = compilePattern(source)));
  }
  return pattern;
}

function bounded(frame: Frame, value: string): string {
  if (value.length <= expressionLimits.resultCharacters) return value;
  frame.outOfRange();
  return '';
}

/** `{0}`, `{1:0.00}`: which value, and how many decimals. */
const place = /\{(\d{1,2})(?::0(?:\.(0{1,9}))?)?\}/g;

function formatted(pattern: string, values: readonly (boolean | number | bigint | string | undefined)[]): string {
  return pattern.replaceAll(place, (whole: string, index: string, decimals: string | undefined) => {
    const value = values[Number(index)];
    if (value === undefined) return whole;
    const isRounded = whole.includes(':') && typeof value === 'number';
    return isRounded ? value.toFixed(decimals?.length ?? 0) : String(value);
  });
}

function checkFormat(
  constants: readonly unknown[],
): { readonly argument: number; readonly message: string } | undefined {
  const [pattern] = constants;
  if (typeof pattern !== 'string') return undefined;
  const places = [...pattern.matchAll(place)].map(([, index]) => Number(index));
  const missing = places.find((index) => index >= constants.length - 1);
  if (missing === undefined) return undefined;
  return {
    argument: 0,
    message: `{${missing}} asks for a value that is not given; {0} is the first after the pattern`,
  };
}

export const textFunctions: readonly FunctionDefinition[] = [
  plain('texts', {
    name: 'len',
    summary: 'Characters of a text (UTF-16 units).',
    example: ['len("abc")', '3'],
    parameters: [text],
    type: 'int',
    of: (_frame, value: string) => value.length,
  }),
  plain('texts', {
    name: 'contains',
    summary: 'Whether `part` stands somewhere in a text.',
    example: ['contains("pump 7", "7")', 'true'],
    parameters: [text, part],
    type: 'bool',
    of: (_frame, value: string, wanted: string) => value.includes(wanted),
  }),
  plain('texts', {
    name: 'startsWith',
    summary: 'Whether a text begins with `part`.',
    example: ['startsWith("pump 7", "pump")', 'true'],
    parameters: [text, part],
    type: 'bool',
    of: (_frame, value: string, wanted: string) => value.startsWith(wanted),
  }),
  plain('texts', {
    name: 'endsWith',
    summary: 'Whether a text ends with `part`.',
    example: ['endsWith("pump 7", "7")', 'true'],
    parameters: [text, part],
    type: 'bool',
    of: (_frame, value: string, wanted: string) => value.endsWith(wanted),
  }),
  plain('texts', {
    name: 'lower',
    summary: 'The text in lower case.',
    example: ['lower("RUN")', 'run'],
    parameters: [text],
    type: 'string',
    of: (frame, value: string) => bounded(frame, value.toLowerCase()),
  }),
  plain('texts', {
    name: 'upper',
    summary: 'The text in upper case.',
    example: ['upper("run")', 'RUN'],
    parameters: [text],
    type: 'string',
    of: (frame, value: string) => bounded(frame, value.toUpperCase()),
  }),
  plain('texts', {
    name: 'trim',
    summary: 'The text without space at its ends.',
    example: ['trim(" run ")', 'run'],
    parameters: [text],
    type: 'string',
    of: (_frame, value: string) => value.trim(),
  }),
  plain('texts', {
    name: 'matches',
    summary:
      'Whether the whole text fits a pattern: letters, `.`, `[a-z]`, `\\\\d`, `\\\\w`, `\\\\s`, groups, `|`, `*`, `+`, `?`, `{2,5}`. Never backtracks.',
    example: ['matches("A-17", "[A-Z]-\\\\d+")', 'true'],
    parameters: [text, { name: 'pattern', type: 'string', constant: true }],
    type: 'bool',
    check: ([, pattern]) => {
      const message = typeof pattern === 'string' ? patternFault(pattern) : undefined;
      return message === undefined ? undefined : { argument: 1, message };
    },
    of: (_frame, value: string, pattern: string) => patternOf(pattern).matches(value),
  }),
  plain('texts', {
    name: 'text',
    summary: 'A value as text.',
    example: ['text(12.5)', '12.5'],
    parameters: [{ name: 'x', type: 'value' }],
    type: 'string',
    of: (frame, value: boolean | number | bigint | string) => bounded(frame, String(value)),
  }),
  plain('texts', {
    name: 'format',
    summary: 'A text with values in it: `{0}` is the first, `{1:0.00}` the second with two decimals.',
    example: ['format("{0:0.0} bar", 2.25)', '2.3 bar'],
    parameters: [
      { name: 'pattern', type: 'string', constant: true },
      { name: 'x', type: 'value', repeated: true },
    ],
    type: 'string',
    check: checkFormat,
    of: (frame, pattern: string, ...values: (boolean | number | bigint | string)[]) =>
      bounded(frame, formatted(pattern, values)),
  }),
];
