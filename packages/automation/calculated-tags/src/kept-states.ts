import type { Clock, Timer } from '@fieldwarden/core';
import { recordKeyOf, type ServiceTable } from '@fieldwarden/service';
import type { Calculation } from './calculation.js';

type State = Readonly<Record<string, unknown>>;

/** How often states are put, and how many at a time: they change with each evaluation, and copying them costs. */
const putEachMs = 1_000;
const mostAtATime = 100;

/** What functions remember (`average`, `previous`, …), on disk within seconds: a record for each tag that has such functions. */
export class KeptStates implements Disposable {
  readonly #table: ServiceTable;
  readonly #clock: Clock;
  readonly #recalled = new Map<string, State>();
  readonly #waiting = new Set<Calculation>();
  #timer: Timer | undefined;

  private constructor(table: ServiceTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** With what was kept for these paths; the rest is forgotten. Rejects with kind `unreachable` when the file cannot be read. */
  static async open(table: ServiceTable, clock: Clock, paths: ReadonlySet<string>): Promise<KeptStates> {
    const states = new KeptStates(table, clock);
    for (const [key, record] of await table.entries()) {
      const { path, state } = (record ?? {}) as { readonly path?: unknown; readonly state?: unknown };
      const isSound =
        typeof path === 'string' && typeof state === 'object' && state !== null && recordKeyOf(path) === key;
      if (isSound && paths.has(path)) states.#recalled.set(path, state as State);
      else table.delete(key);
    }
    return states;
  }

  /** What the last run kept of it; once. */
  recall(path: string): State | undefined {
    const state = this.#recalled.get(path);
    this.#recalled.delete(path);
    return state;
  }

  /** Its state is another one: to be put soon. */
  changed(calculation: Calculation): void {
    this.#waiting.add(calculation);
    this.#timer ??= this.#clock.setTimer(() => this.#putSome(), putEachMs);
  }

  forget(calculation: Calculation): void {
    this.#waiting.delete(calculation);
    this.#table.delete(recordKeyOf(calculation.row.path));
  }

  /** Puts all, and waits for the disk. Rejects with kind `unreachable` when it refuses. */
  async settled(): Promise<void> {
    for (const calculation of this.#waiting) this.#put(calculation);
    this.#waiting.clear();
    await this.#table.settled();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #putSome(): void {
    this.#timer = undefined;
    let count = 0;
    for (const calculation of this.#waiting) {
      if (count === mostAtATime) break;
      this.#waiting.delete(calculation);
      this.#put(calculation);
      count += 1;
    }
    if (this.#waiting.size > 0) this.#timer = this.#clock.setTimer(() => this.#putSome(), putEachMs);
  }

  #put(calculation: Calculation): void {
    const { path } = calculation.row;
    const state = calculation.state();
    if (state) this.#table.put(recordKeyOf(path), { path, state });
  }
}
