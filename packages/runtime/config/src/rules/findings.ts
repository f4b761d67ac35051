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

/** Collects everything that is to be said about a document, in the order in which it is found. */
export class Findings {
  readonly #locate: Locate;
  readonly #most: number;
  readonly #list: Finding[] = [];
  #errors = 0;
  #leftOff = 0;

  /** Keeps at most `most` findings, and counts those beyond. */
  constructor(locate: Locate = () => undefined, most = Infinity) {
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
    if (this.#list.length >= this.#most) this.#leftOff += 1;
    else this.#list.push({ path: formatPath(path), rule, message, severity, ...this.#locate(path) });
  }

  get leftOff(): number {
    return this.#leftOff;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  get list(): readonly Finding[] {
    return this.#list;
  }
}
