import type { FieldPath, Findings, FoundElsewhere } from './findings.js';
import { formatPath } from './findings.js';

/** Of a document that ran before: what was found wrong with one driver or service, which costs that one alone. */
export interface RefusedPart {
  /** First error, and how many more there are. */
  readonly message: string;
  readonly rule: string;
  readonly path: FieldPath;
}

/** Errors that are no business of one part alone: names are shared by all, and the runtime works with these settings even if the part does not run. */
const wholePlantRules: ReadonlySet<string> = new Set([
  'driver-id-unique', 'device-id-unique', 'tag-path-unique', 'tag-path-case', 'tag-path-folder', 'tag-path-reserved',
  'numbers-only', 'floats-only', 'limits-order', 'scaling-slope', 'deadband-range',
  'supervision-order', 'backoff-order', 'breaker-order', 'overlap-type', 'recycle-in-process', 'cron', 'time-zone',
  'service-built-in', 'service-id-unique', 'service-port-twice', 'unknown-field',
]); // prettier-ignore

/**
 * Tells, part by part, which errors of a document cost only the part that has them (SPEC §7.2): somebody lost a secret or a module since it was
 * published, or a newer version has stricter rules. Every error that is found outside of `of` refuses the document.
 */
export class PartRefusals {
  readonly #findings: Findings;
  readonly #parts: RefusedPart[] = [];
  #explained = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  get parts(): readonly RefusedPart[] {
    return this.#parts;
  }

  /** Every error is one of a refused part. */
  get explainAll(): boolean {
    return this.#findings.errors === this.#explained;
  }

  /** What `check` gives of the part, and why that cannot run. */
  of<T>(path: FieldPath, check: () => T): { readonly checked: T; readonly refusal?: string } {
    const { found } = this.#findings;
    const before = found.length;
    const checked = check();
    const errors = found.slice(before).filter(({ severity }) => severity === 'error');
    if (errors.length === 0 || errors.some(({ rule }) => wholePlantRules.has(rule))) return { checked };
    this.#explained += errors.length;
    const refusal = worded(errors);
    this.#parts.push({ message: refusal, rule: errors[0].rule, path });
    return { checked, refusal };
  }
}

function worded([first, ...more]: readonly FoundElsewhere[]): string {
  const rest = more.length === 0 ? '' : `, and ${more.length} more`;
  return `${formatPath(first.path)}: ${first.message}${rest}`;
}
