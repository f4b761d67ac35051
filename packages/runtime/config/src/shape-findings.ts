import type { ZodType, z } from 'zod';
import { hint } from './did-you-mean.js';
import type { FieldPath, Findings } from './findings.js';
import { unknownFields } from './schema-walk.js';

type Issue = z.core.$ZodIssue;

/** Rules of a schema's verdicts. Options of driver types carry one rule of their own instead, see `checkShape`. */
type ShapeRule = 'required' | 'type' | 'range' | 'choice' | 'format' | 'shape';

/**
 * Tells everything in which `input` departs from `schema`: wrong values first, then unknown fields. `path` is where the input
 * stands in the document; `rule` replaces the rules' names of the schema's own verdicts. Returns the output, if all is well. Values are never repeated in messages: they may be secrets.
 */
export function checkShape<T>(
  schema: ZodType<T>,
  input: unknown,
  findings: Findings,
  path: FieldPath = [],
  rule?: string,
): T | undefined {
  const result = schema.safeParse(input);
  for (const issue of result.error?.issues ?? []) tellIssue(issue, input, findings, path, rule);
  // A driver's schema may accept unknown fields and drop them; the plant's own is strict throughout.
  const strict = rule === undefined && result.success;
  for (const { path: field, known } of strict ? [] : unknownFields(schema, input)) {
    const name = String(field.at(-1));
    findings.error([...path, ...field], 'unknown-field', `unknown field ${JSON.stringify(name)}${hint(name, known)}`);
  }
  return result.data;
}

function tellIssue(issue: Issue, input: unknown, findings: Findings, base: FieldPath, rule: string | undefined): void {
  if (issue.code === 'unrecognized_keys') return; // told by `unknownFields`, with a hint
  const within = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const value = valueAt(input, within);
    for (const nested of nearestMember(issue.errors)) tellIssue(nested, value, findings, [...base, ...within], rule);
    return;
  }
  const { message, shapeRule } = wording(issue, valueAt(input, within));
  findings.error([...base, ...within], rule ?? shapeRule, message);
}

/** The member of a union that fails with the fewest issues is the one that was meant. */
function nearestMember(errors: readonly Issue[][]): readonly Issue[] {
  return errors.reduce((best, issues) => (weight(issues) < weight(best) ? issues : best));
}

/** A field that the member does not have tells more against it than a wrong value. */
function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1), 0);
}

function wording(issue: Issue, value: unknown): { message: string; shapeRule: ShapeRule } {
  if (value === undefined && issue.code !== 'custom') return { message: 'is required', shapeRule: 'required' };
  switch (issue.code) {
    case 'invalid_type':
      return { message: `must be ${expectation(issue.expected)}, not ${kindOf(value)}`, shapeRule: 'type' };
    case 'invalid_value':
      return { message: `must be ${issue.values.map(String).join(' or ')}`, shapeRule: 'choice' };
    case 'too_small':
      return { message: `must ${bound(issue.origin, 'least', Number(issue.minimum))}`, shapeRule: 'range' };
    case 'too_big':
      return { message: `must ${bound(issue.origin, 'most', Number(issue.maximum))}`, shapeRule: 'range' };
    case 'invalid_union':
      return { message: issue.message, shapeRule: 'type' };
    case 'invalid_format':
    case 'custom':
      return { message: issue.message, shapeRule: 'format' };
    default:
      return { message: issue.message, shapeRule: 'shape' };
  }
}

const expectations: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text (in quotes)',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};

function expectation(expected: string): string {
  return expectations[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'that number' : String(value);
  if (typeof value === 'object') return 'a group of fields';
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

function bound(origin: string, side: 'least' | 'most', limit: number): string {
  if (origin === 'string') return `have at ${side} ${limit} characters`;
  if (origin === 'array' || origin === 'set') return `have at ${side} ${limit} entries`;
  return `be at ${side} ${limit}`;
}

function valueAt(input: unknown, path: FieldPath): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
