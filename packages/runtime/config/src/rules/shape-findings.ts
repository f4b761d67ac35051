import type { ZodType, z } from 'zod';
import { hint } from '../document/hint.js';
import { formatPath, type FieldPath, type Findings } from './findings.js';
import { walkShape } from '../document/schema-walk.js';

type Issue = z.core.$ZodIssue;

/** Rules of a schema's verdicts. Options of driver types carry one rule of their own instead, see `checkShape`. */
type ShapeRule = 'required' | 'type' | 'range' | 'choice' | 'format' | 'shape';

/**
 * Tells everything in which `input` departs from `schema`: wrong values first, then unknown fields. `path` is where the input
 * stands in the document; `rule` replaces the names of the rules for values. Returns the output if all is well. Values are
 * never repeated in messages: they may be secrets.
 */
export function checkShape<T>(
  schema: ZodType<T>,
  input: unknown,
  findings: Findings,
  path: FieldPath = [],
  rule?: string,
): T | undefined {
  const result = verdictOf(schema, input);
  if (result === undefined) {
    findings.error(path, rule ?? 'shape', 'has more mistakes than anybody could tell: 100,000 and more');
    return undefined;
  }
  // The plant's schema is strict throughout; a driver's may accept unknown fields and drop them.
  if (result.success && rule === undefined) return result.data;
  const discoveries = [...walkShape(schema, input)];
  const failingUnions = discoveries.filter((discovery) => discovery.kind === 'failing-union');
  const unionPaths = new Set(failingUnions.map((union) => formatPath(union.path)));
  for (const issue of result.error?.issues ?? []) {
    const within = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (!isBelow(within, unionPaths)) tellIssue(issue, within, input, { findings, path, rule });
  }
  // zod speaks for all members of a union at once; what people want to hear is what the one they meant has against it.
  for (const { path: within, value, member } of failingUnions) {
    checkShape(member, value, findings, [...path, ...within], rule);
  }
  for (const discovery of discoveries) {
    if (discovery.kind === 'unknown-field') tellUnknownField(discovery, findings, path);
  }
  return result.data;
}

/** Undefined where the schema has so much against the input that zod, which passes its issues on as arguments, runs out of stack. */
function verdictOf<T>(schema: ZodType<T>, input: unknown): z.ZodSafeParseResult<T> | undefined {
  try {
    return schema.safeParse(input);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isBelow(path: FieldPath, roots: ReadonlySet<string>): boolean {
  return roots.size > 0 && path.some((_, i) => roots.has(formatPath(path.slice(0, i + 1))));
}

function tellUnknownField(
  { path, known }: { path: FieldPath; known: readonly string[] },
  findings: Findings,
  base: FieldPath,
) {
  const name = String(path.at(-1));
  if (findings.isFull) return findings.error([...base, ...path], 'unknown-field', ''); // counted: words take long to find
  findings.error([...base, ...path], 'unknown-field', `unknown field ${JSON.stringify(name)}${hint(name, known)}`);
}

interface Telling {
  readonly findings: Findings;
  readonly path: FieldPath;
  readonly rule: string | undefined;
}

function tellIssue(issue: Issue, within: FieldPath, input: unknown, { findings, path, rule }: Telling): void {
  if (issue.code === 'unrecognized_keys') return; // the walk tells them, with a hint
  const wordless = issue.code === 'invalid_union' && issue.message === defaultUnionMessage;
  const { message, shapeRule } = wording((wordless && issue.errors[0]?.[0]) || issue, valueAt(input, within));
  const isNothing = input === null && path.length === 0;
  findings.error([...path, ...within], rule ?? shapeRule, isNothing ? `${message}; ${smallestPlant}` : message);
}

/** For whoever begins with an empty file. */
const smallestPlant = 'a plant begins with the fields version: 1, site: NAME and drivers: []';

/** What zod says when the schema's author says nothing: less than the first member does. */
const defaultUnionMessage = 'Invalid input';

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
