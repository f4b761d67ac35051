import { counted } from '../rules/show-value.js';
import type { Findings } from '../rules/findings.js';

/** Names of Kepware (`Group.Tag`, any characters) → paths; tells once how many had to be spelt otherwise. */
export class KepwareNames {
  readonly #prefix: string;
  #respelt = 0;
  #example = '';

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  pathOf(name: string): string {
    const segments = name.split(/[.\\]/).map((segment) => segment.trim());
    const spelt = segments.map((segment) => segment.replace(/[^A-Za-z0-9_-]/g, '_')).join('/');
    if (spelt !== segments.join('/')) {
      this.#respelt += 1;
      this.#example ||= `${name} → ${spelt}`;
    }
    return this.#prefix === '' ? spelt : `${this.#prefix}/${spelt}`;
  }

  tell(findings: Findings): void {
    if (this.#respelt === 0) return;
    const message = `${counted(this.#respelt, 'name')} with characters that paths do not have are spelt with _, such as ${this.#example}`;
    findings.warning([], 'kepware-respelt', message);
  }
}
