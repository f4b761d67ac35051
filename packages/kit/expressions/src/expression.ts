import { isGood, statusCodes, type ScalarType, type StatusCode } from '@fieldwarden/core';
import { check, type Checked, type Dependency } from './check/checker.js';
import { findingAt, type ExpressionFinding } from './expression-finding.js';
import type { ExpressionScope } from './expression-scope.js';
import { scalarOf, type ExpressionType } from './expression-type.js';
import type { StateSlot } from './functions/function-definition.js';
import type { ExpressionInputs } from './inputs.js';
import { compile } from './run/compile.js';
import { Frame, type Evaluate } from './run/frame.js';
import { ExpressionFault } from './syntax/expression-fault.js';
import { parse } from './syntax/parser.js';

/** What is known of a text before it runs. */
export interface CheckedExpression {
  /** False where one of the findings is an error: then it is not run. */
  readonly ok: boolean;
  /** Undefined where it is not ok. */
  readonly type: ExpressionType | undefined;
  /** As a data type of a tag; undefined where it is not ok, or known only when it is evaluated. */
  readonly dataType: ScalarType | undefined;
  readonly dependencies: readonly Dependency[];
  readonly findings: readonly ExpressionFinding[];
}

/** Reads and checks a text; never throws. Bounded by the limits of SPEC §17.3 whatever the text. */
export function checkExpression(text: string, scope: ExpressionScope): CheckedExpression {
  const { tree, dependencies, findings } = checked(text, scope);
  return {
    ok: tree !== undefined,
    type: tree?.type,
    dataType: tree && scalarOf[tree.type],
    dependencies,
    findings,
  };
}

/** Ready to be evaluated; undefined where it has errors: `checkExpression` says which. */
export function compileExpression(text: string, scope: ExpressionScope): Expression | undefined {
  const { tree, dependencies } = checked(text, scope);
  if (!tree) return undefined;
  const slots = new Map<string, StateSlot>();
  const slotOf = (key: string): StateSlot => {
    const slot = slots.get(key) ?? { value: undefined };
    slots.set(key, slot);
    return slot;
  };
  const build = (): Evaluate => compile(tree, slotOf);
  return new Expression(tree.type, dependencies, slots, build);
}

/** What an evaluation came to. One object per expression, written anew by each. */
export interface ExpressionResult {
  /** bool → boolean · int → number, or bigint beyond 2^53 · float, time, duration (ms) → number · string; null while the status is Bad. */
  readonly value: unknown;
  readonly status: StatusCode;
  /** The newest source time of the operands where all are Good, else the oldest; the time of the evaluation where there are none. */
  readonly sourceAtMs: number;
  /** When it may come to something else though no input changes; Infinity = never. The present time: at once. */
  readonly wakeAtMs: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A compiled expression with its state. Nothing is allocated by an evaluation but texts, and integers beyond 2^53. */
export class Expression {
  readonly type: ExpressionType;
  /** In the order of the inputs. */
  readonly dependencies: readonly Dependency[];
  readonly #slots: Map<string, StateSlot>;
  readonly #build: () => Evaluate;
  readonly #frame = new Frame();
  readonly #result: Writable<ExpressionResult> = {
    value: null,
    status: statusCodes.BadWaitingForInitialData,
    sourceAtMs: 0,
    wakeAtMs: Infinity,
  };
  #evaluate: Evaluate;

  constructor(
    type: ExpressionType,
    dependencies: readonly Dependency[],
    slots: Map<string, StateSlot>,
    build: () => Evaluate,
  ) {
    this.type = type;
    this.dependencies = dependencies;
    this.#slots = slots;
    this.#build = build;
    this.#evaluate = build();
  }

  /** Remembers something between evaluations: its state is worth keeping. */
  get remembers(): boolean {
    return this.#slots.size > 0;
  }

  /** `nowMs`: ms since 1970 UTC. The result holds until the next evaluation. Never throws. */
  evaluate(inputs: ExpressionInputs, nowMs: number): ExpressionResult {
    const frame = this.#frame;
    const result = this.#result;
    frame.begin(inputs, nowMs);
    const value = this.#evaluate(frame);
    const { status } = frame;
    result.status = status;
    result.value = status >>> 30 >= 2 ? null : value;
    const sourceAtMs = isGood(status) ? frame.newestMs : frame.oldestMs;
    result.sourceAtMs = Number.isFinite(sourceAtMs) ? sourceAtMs : nowMs;
    result.wakeAtMs = frame.wakeAtMs;
    return result;
  }

  /** Plain data, for `restore` in another run of the same or an edited expression. */
  state(): Readonly<Record<string, unknown>> {
    return structuredClone(Object.fromEntries([...this.#slots].map(([key, { value }]) => [key, value])));
  }

  /** Takes over what was kept for the calls that are still there; what does not fit begins anew. */
  restore(state: Readonly<Record<string, unknown>>): void {
    for (const [key, slot] of this.#slots)
      slot.value = Object.hasOwn(state, key) ? structuredClone(state[key]) : undefined;
    this.#evaluate = this.#build();
  }
}

function checked(text: string, scope: ExpressionScope): Checked {
  try {
    return check(parse(text), text, scope);
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    return { tree: undefined, dependencies: [], findings: [findingAt(error.span, error.rule, error.message)] };
  }
}
