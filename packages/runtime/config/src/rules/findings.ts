import type { Finding } from '@fieldwarden/gateway-contract';

/** Where in the document: field names and array positions, from the top. */
export type FieldPath = readonly (string | number)[];

/** `['drivers', 0, 'devices', 1]` → `drivers[0].devices[1]`. Names that are no identifiers are quoted in brackets. */
export function formatPath(path: FieldPath): string {
  return path.map(formatStep).join('');
}

/** One step of a path, as it follows what comes before; `position` 0 is the top. */
export function formatStep(step: string | number, position: number): string {
  if (typeof step === 'number') return `[${step}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
  return position === 0 ? step : `.${step}`;
}

/** Where something stands in the text, counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Position of a field, or of the nearest thing around it that is written. */
export type Locate = (path: FieldPath) => TextPosition | undefined;

/** More findings than anybody reads; the rest is counted. */
export const maxFindings = 1_000;

/** Longest path and message: a name of a document may be as long as the document. */
const maxPathLength = 400;
const maxMessageLength = 1_000;

/** Collects everything that is to be said about a document, in the order in which it is found. */
export class Findings {
  readonly #locate: Locate;
  readonly #most: number;
  readonly #list: Finding[] = [];
  readonly #found: FoundElsewhere[] = [];
  #errors = 0;
  #leftOff = 0;

  /** Keeps at most `most` findings, and counts those beyond. */
  constructor(locate: Locate = () => undefined, most = maxFindings) {
    this.#locate = locate;
    this.#most = most;
  }

  error(path: FieldPath, rule: string, message: string): void {
    this.#errors += 1;
    this.#add(path, rule, message, 'error');
  }

  warning(path: FieldPath, rule: string, message: string): void {
    this.#add(path, rule, message, 'warning');
  }

  #add(path: FieldPath, rule: string, message: string, severity: Finding['severity']): void {
    if (this.#list.length >= this.#most) {
      this.#leftOff += 1;
      return;
    }
    const short = shortened(message, maxMessageLength);
    const place = shortened(formatPath(path), maxPathLength);
    this.#found.push({ path, rule, message: short, severity });
    this.#list.push({ path: place, rule, message: short, severity, ...this.#locate(path) });
  }

  /** Takes over what was found elsewhere below `path`. */
  takeOver(found: readonly FoundElsewhere[], path: FieldPath): void {
    for (const { path: below, rule, message, severity } of found) this[severity]([...path, ...below], rule, message);
  }

  get leftOff(): number {
    return this.#leftOff;
  }

  /** True once nothing more is kept: whoever takes long to find words may save them. */
  get isFull(): boolean {
    return this.#list.length >= this.#most;
  }

  /** How many, those beyond included. */
  get errors(): number {
    return this.#errors;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  get list(): readonly Finding[] {
    return this.#list;
  }

  /** The same with paths as steps. */
  get found(): readonly FoundElsewhere[] {
    return this.#found;
  }

  /** `list`, and last how many were left off. */
  get summed(): readonly Finding[] {
    if (this.#leftOff === 0) return this.#list;
    const message = `and ${this.#leftOff.toLocaleString('en-US')} more`;
    return [...this.#list, { path: '', rule: 'more', message, severity: this.hasErrors ? 'error' : 'warning' }];
  }
}

/** A finding of a part of a document, its path as steps. */
export interface FoundElsewhere {
  readonly path: FieldPath;
  readonly rule: string;
  readonly message: string;
  readonly severity: Finding['severity'];
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
