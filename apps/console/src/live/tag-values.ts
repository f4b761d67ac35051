import type { TagReading, TagValueShape } from '@fieldwarden/admin-contract';

/** One tag as the page knows it now. */
export interface LiveValue {
  readonly value: unknown;
  readonly status: string;
  readonly statusCode: number;
  /** ms since 1970 UTC; null if the value never had a time. */
  readonly sourceAtMs: number | null;
  /** When the page heard of it, ms since 1970 UTC. */
  readonly heardAtMs: number;
}

type CellListener = () => void;

export interface FrameScheduler {
  /** Calls back before the next picture is drawn. */
  request(action: () => void): void;
}

/**
 * Latest values in columns, one row per path that was ever watched. Listeners are told once per picture, however many changes came in
 * between: a screen shows at most 60 of them a second.
 */
export class LiveTagValues {
  readonly #frames: FrameScheduler;
  readonly #now: () => number;
  readonly #rows = new Map<string, number>();
  readonly #values: unknown[] = [];
  readonly #statuses: string[] = [];
  readonly #codes: number[] = [];
  readonly #sourceAt: number[] = [];
  readonly #heardAt: number[] = [];
  readonly #listeners = new Map<string, Set<CellListener>>();
  readonly #dirty = new Set<string>();
  #scheduled = false;
  #received = 0;

  constructor(frames: FrameScheduler, now: () => number) {
    this.#frames = frames;
    this.#now = now;
  }

  /** Values received since the page was opened. */
  get received(): number {
    return this.#received;
  }

  get(path: string): LiveValue | undefined {
    const row = this.#rows.get(path);
    if (row === undefined) return undefined;
    const sourceAt = this.#sourceAt[row];
    return {
      value: this.#values[row],
      status: this.#statuses[row],
      statusCode: this.#codes[row],
      sourceAtMs: Number.isNaN(sourceAt) ? null : sourceAt,
      heardAtMs: this.#heardAt[row],
    };
  }

  take(values: readonly TagValueShape[]): void {
    const now = this.#now();
    this.#received += values.length;
    for (const value of values) this.#put(value, now);
    this.#schedule();
  }

  /** Without a change: only their age begins anew. */
  readAgain(readings: readonly TagReading[]): void {
    const now = this.#now();
    for (const { sourceAt, paths } of readings) for (const path of paths) this.#touch(path, Date.parse(sourceAt), now);
    this.#schedule();
  }

  /** Calls `listener` after each picture's worth of changes of this tag, until the answer is called. */
  follow(path: string, listener: CellListener): () => void {
    let listeners = this.#listeners.get(path);
    if (!listeners) this.#listeners.set(path, (listeners = new Set()));
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(path);
    };
  }

  /** After a restart of the gateway nothing known before holds. */
  clear(): void {
    this.#rows.clear();
    for (const column of [this.#values, this.#statuses, this.#codes, this.#sourceAt, this.#heardAt]) column.length = 0;
    for (const path of this.#listeners.keys()) this.#dirty.add(path);
    this.#schedule();
  }

  #put({ path, value, status, statusCode, sourceAt }: TagValueShape, now: number): void {
    let row = this.#rows.get(path);
    if (row === undefined) this.#rows.set(path, (row = this.#rows.size));
    this.#values[row] = value;
    this.#statuses[row] = status;
    this.#codes[row] = statusCode;
    this.#sourceAt[row] = sourceAt === null ? NaN : Date.parse(sourceAt);
    this.#heardAt[row] = now;
    if (this.#listeners.has(path)) this.#dirty.add(path);
  }

  #touch(path: string, sourceAtMs: number, now: number): void {
    const row = this.#rows.get(path);
    if (row === undefined) return;
    this.#sourceAt[row] = sourceAtMs;
    this.#heardAt[row] = now;
    if (this.#listeners.has(path)) this.#dirty.add(path);
  }

  #schedule(): void {
    if (this.#scheduled || this.#dirty.size === 0) return;
    this.#scheduled = true;
    this.#frames.request(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const path of dirty) for (const listener of this.#listeners.get(path) ?? []) listener();
  }
}
