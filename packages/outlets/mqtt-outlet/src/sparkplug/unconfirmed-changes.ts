import type { Clock, Timer } from '@fieldwarden/core';
import type { StoreHistory } from '@fieldwarden/sparkplug';

export interface UnconfirmedChangesDependencies {
  /** Resolves when the broker has all that was sent so far, rejects when the connection ended first. */
  readonly confirm: () => Promise<void>;
  /** Puts it on the disk, to be told as history. */
  readonly keep: (device: string | undefined, payload: Uint8Array) => void;
  readonly clock: Clock;
}

/** Between two questions to the broker. */
const confirmEveryMs = 1_000;
/** A broker that does not answer for long: the oldest go to the disk. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Changes that were told a moment ago, with QoS 0: nobody says that they have arrived. When the connection ends before the broker has
 * answered a later packet of it, they are told again as history on the next one.
 */
export class UnconfirmedChanges implements Disposable {
  readonly #deps: UnconfirmedChangesDependencies;
  #changes: StoreHistory[] = [];
  #bytes = 0;
  #connection = 0;
  #isAsking = false;
  #timer: Timer | undefined;

  constructor(deps: UnconfirmedChangesDependencies) {
    this.#deps = deps;
  }

  told(changes: readonly StoreHistory[]): void {
    for (const change of changes) {
      this.#changes.push(change);
      this.#bytes += change.payload.length;
    }
    while (this.#bytes > mostBytes) this.#keepOldest();
    this.#askLater();
  }

  disconnected(): void {
    this.#connection += 1;
    this.#isAsking = false;
    while (this.#changes.length > 0) this.#keepOldest();
  }

  /** Resolves when everything is confirmed, or kept. */
  async settle(): Promise<void> {
    this[Symbol.dispose]();
    if (this.#changes.length > 0) await this.#ask();
    while (this.#changes.length > 0) this.#keepOldest();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #askLater(): void {
    if (this.#isAsking || this.#timer || this.#changes.length === 0) return;
    this.#timer = this.#deps.clock.setTimer(() => {
      this.#timer = undefined;
      void this.#ask();
    }, confirmEveryMs);
    this.#timer.unref();
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    const connection = this.#connection;
    const last = this.#changes.at(-1);
    this.#isAsking = true;
    try {
      await this.#deps.confirm();
    } catch {
      return; // `disconnected` keeps them
    }
    if (connection !== this.#connection) return;
    this.#isAsking = false;
    const confirmed = last ? this.#changes.indexOf(last) + 1 : 0;
    for (const { payload } of this.#changes.splice(0, confirmed)) this.#bytes -= payload.length;
    this.#askLater();
  }

  #keepOldest(): void {
    const [oldest] = this.#changes.splice(0, 1);
    this.#bytes -= oldest.payload.length;
    this.#deps.keep(oldest.device, oldest.payload);
  }
}
