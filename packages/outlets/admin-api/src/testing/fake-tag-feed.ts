import type { TagReading, TagRow } from '@fieldwarden/admin-contract';
import type { TagFeed } from '../control/gateway-control.js';

/** Follows tags of a FakeGatewayControl. */
export class FakeTagFeed implements TagFeed {
  readonly #rows: ReadonlyMap<string, TagRow>;
  readonly #wake: () => void;
  readonly #gone: () => void;
  #followed: ReadonlySet<string> = new Set();
  readonly #waiting = new Set<string>();
  readonly #readings = new Map<string, string>();
  /** Times that `take` was called. */
  taken = 0;

  constructor(rows: ReadonlyMap<string, TagRow>, wake: () => void, gone: () => void) {
    this.#rows = rows;
    this.#wake = wake;
    this.#gone = gone;
  }

  get pending(): boolean {
    return this.#waiting.size > 0;
  }

  follow(paths: readonly string[]): number {
    const before = this.#followed;
    this.#followed = new Set(paths);
    for (const path of this.#waiting) if (!this.#followed.has(path)) this.#waiting.delete(path);
    const known = paths.filter((path) => this.#rows.has(path));
    for (const path of known) if (!before.has(path)) this.changed(path);
    return known.length;
  }

  changed(path: string): void {
    if (!this.#followed.has(path)) return;
    const wasPending = this.pending;
    this.#waiting.add(path);
    if (!wasPending) this.#wake();
  }

  take(maxChars: number): string {
    this.taken += 1;
    let text = '';
    for (const path of this.#waiting) {
      if (text.length > maxChars) break;
      this.#waiting.delete(path);
      const { value, status, statusCode, sourceAt, serverAt } = this.#rows.get(path)!;
      text += `${text && ','}${JSON.stringify({ path, value, status, statusCode, sourceAt, serverAt })}`;
    }
    return text;
  }

  takeReadings(): readonly TagReading[] {
    const readings = [...this.#readings];
    this.#readings.clear();
    return readings.map(([path, sourceAt]) => ({ sourceAt, paths: [path] }));
  }

  /** It was read again, without a change. */
  readAgain(path: string, sourceAt: string): void {
    if (this.#followed.has(path)) this.#readings.set(path, sourceAt);
  }

  [Symbol.dispose](): void {
    this.#gone();
  }
}
