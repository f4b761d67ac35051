import type { ExpressionType } from '../expression-type.js';
import type { Evaluate } from '../run/frame.js';

/** What an argument may be: one of these types, `number` for int or float, `value` for any. */
export type ParameterType = Exclude<ExpressionType, 'any'> | 'number' | 'value';

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** May be left out. */
  readonly optional?: true;
  /** Any number of them, at least one; the last parameter only. */
  readonly repeated?: true;
  /** Must be written out: its value is looked at when the expression is checked. */
  readonly constant?: true;
}

/** An argument, ready to be evaluated. */
export interface Argument {
  readonly type: ExpressionType;
  readonly evaluate: Evaluate;
  /** Of one that is written out. */
  readonly constant?: unknown;
}

export type FunctionGroup = 'numbers' | 'bits' | 'quality' | 'edges' | 'windows' | 'times' | 'texts';

/**
 * A function of the language: its line in the reference, its types, and its behaviour. One that `remembers` has a state of plain data which
 * is kept over restarts, and is evaluated each time.
 */
export interface FunctionDefinition {
  readonly name: string;
  readonly group: FunctionGroup;
  readonly parameters: readonly Parameter[];
  /** Of the result, in the reference: `int`, `as x`. */
  readonly returns: string;
  /** One sentence, with units. */
  readonly summary: string;
  /** An expression without references, and its result as text; the tests evaluate it. */
  readonly example?: readonly [expression: string, result: string];
  readonly remembers?: true;
  resultType(types: readonly ExpressionType[]): ExpressionType;
  /** What is wrong with the constants, by the index of the argument. Pure. */
  check?(constants: readonly unknown[]): { readonly argument: number; readonly message: string } | undefined;
  /** `state` is kept under the function's place in the expression. */
  build(args: readonly Argument[], state: StateSlot): Evaluate;
}

/** One place for plain data that outlives an evaluation, and a restart. */
export interface StateSlot {
  value: unknown;
}
