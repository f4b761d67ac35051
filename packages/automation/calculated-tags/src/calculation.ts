import { isBad, parseDataType, statusCodes, type DataType, type StatusCode, type TagValue } from '@fieldwarden/core';
import {
  checkExpression,
  compileExpression,
  ExpressionInputs,
  valueForTag,
  type Expression,
  type ExpressionScope,
} from '@fieldwarden/expressions';
import { isSameType } from '@fieldwarden/gateway-contract';
import { folderOf, type CalculatedTag } from './settings.js';

/** Where an input gets its present value from: another calculated tag, or any other tag. */
export interface InputSource {
  /** What is calculated from it. */
  readonly dependents: Calculation[];
  fill(inputs: ExpressionInputs, index: number): void;
}

/** One calculated tag: its expression, what it reads, and what it came to last. */
export class Calculation implements InputSource {
  readonly row: CalculatedTag;
  readonly type: DataType;
  /** Its tag in the store. */
  readonly handle: number;
  readonly dependents: Calculation[] = [];
  /** Its place in the order of dependency. */
  rank = 0;
  value: TagValue | null = null;
  status: StatusCode = statusCodes.BadWaitingForInitialData;
  /** ms since 1970 UTC. */
  sourceAtMs = 0;
  /** ms since 1970 UTC; when it may come to something else though no input changes. */
  wakeAtMs = Infinity;
  #expression: Expression | undefined;
  #inputs = new ExpressionInputs(0);
  #sources: readonly InputSource[] = [];
  /** Of the tags that it reads, as it was compiled for them. */
  #types: readonly (DataType | undefined)[] = [];
  #reason: string | undefined;

  static typeOf({ dataType }: CalculatedTag): DataType {
    return parseDataType(dataType)!;
  }

  constructor(row: CalculatedTag, handle: number) {
    this.row = row;
    this.handle = handle;
    this.type = Calculation.typeOf(row);
  }

  /** Whether this stands for `row`, too. */
  goesOn(row: CalculatedTag, handle: number): boolean {
    return handle === this.handle && row.expression === this.row.expression && row.dataType === this.row.dataType;
  }

  /** Why it has no value: a tag is not there, or has a type that does not fit. Undefined: nothing stands against it. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Paths of what it reads, in the order of its inputs. */
  get reads(): readonly string[] {
    return (this.#expression?.dependencies ?? []).flatMap((one) => (one.kind === 'tag' ? [one.path] : []));
  }

  /** Has state that is worth keeping. */
  get remembers(): boolean {
    return this.#expression?.remembers === true;
  }

  /** With the types that tags have now. What it remembers stays, as far as the calls are the same. Never throws. */
  compile(typeOf: ExpressionScope['typeOf'], state = this.state()): void {
    const scope = { typeOf, folder: folderOf(this.row.path) };
    this.#expression = compileExpression(this.row.expression, scope);
    this.#reason = this.#expression
      ? undefined
      : checkExpression(this.row.expression, scope).findings.find(({ severity }) => severity === 'error')?.message;
    this.#inputs = new ExpressionInputs(this.#expression?.dependencies.length ?? 0);
    this.#types = this.reads.map(typeOf);
    if (this.#expression?.remembers && state) this.#expression.restore(state);
  }

  /** Whether it could be compiled, for tags of the types that they have now. One that is not there says nothing. */
  isCurrent(typeOf: ExpressionScope['typeOf']): boolean {
    if (!this.#expression) return false;
    return this.reads.every((path, i) => {
      const type = typeOf(path);
      return !type || (this.#types[i] !== undefined && isSameType(type, this.#types[i]));
    });
  }

  /** In the order of `reads`. */
  connect(sources: readonly InputSource[]): void {
    this.#sources = sources;
  }

  /** Plain data; undefined where there is nothing to remember. */
  state(): Readonly<Record<string, unknown>> | undefined {
    return this.#expression?.remembers ? this.#expression.state() : undefined;
  }

  fill(inputs: ExpressionInputs, index: number): void {
    inputs.set(index, this.value, this.status, this.sourceAtMs);
  }

  /** Reads its inputs and evaluates. True if value, status or time is another one than before. `nowMs`: ms since 1970 UTC. */
  evaluate(nowMs: number): boolean {
    const expression = this.#expression;
    if (!expression) {
      this.wakeAtMs = Infinity;
      return this.#becomes(this.value, statusCodes.BadConfigurationError, nowMs);
    }
    for (let i = 0; i < this.#sources.length; i += 1) this.#sources[i].fill(this.#inputs, i);
    const result = expression.evaluate(this.#inputs, nowMs);
    this.wakeAtMs = result.wakeAtMs;
    if (isBad(result.status)) return this.#becomes(this.value, result.status, result.sourceAtMs);
    const value = valueForTag(result.value, this.type.scalar);
    return value === undefined
      ? this.#becomes(this.value, statusCodes.BadOutOfRange, result.sourceAtMs)
      : this.#becomes(value, result.status, result.sourceAtMs);
  }

  #becomes(value: TagValue | null, status: StatusCode, sourceAtMs: number): boolean {
    if (Object.is(value, this.value) && status === this.status && sourceAtMs === this.sourceAtMs) return false;
    this.value = value;
    this.status = status;
    this.sourceAtMs = sourceAtMs;
    return true;
  }
}
