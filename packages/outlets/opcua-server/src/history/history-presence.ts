import type { Clock, Timer } from '@fieldwarden/core';
import type { HistoryDesk } from '@fieldwarden/service';

/** A plant gets a history, or loses it, by a publish; nobody tells the Host of the server. */
const everyMs = 5_000;

/** Whether history is kept at present: what AccessLevel and Historizing of the tags say (OPC 10000-3, 5.6.2). */
export class HistoryPresence implements Disposable {
  readonly #desk: Pick<HistoryDesk, 'extents'>;
  readonly #clock: Clock;
  #isKept = false;
  #timer: Timer | undefined;
  #ended = false;

  constructor(desk: Pick<HistoryDesk, 'extents'>, clock: Clock) {
    this.#desk = desk;
    this.#clock = clock;
  }

  get isKept(): boolean {
    return this.#isKept;
  }

  /** Resolves when it is known for the first time; never rejects. */
  async start(): Promise<void> {
    await this.#ask();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#timer?.[Symbol.dispose]();
  }

  async #ask(): Promise<void> {
    try {
      await this.#desk.extents([]);
      this.#isKept = true;
    } catch {
      this.#isKept = false;
    }
    if (this.#ended) return;
    this.#timer = this.#clock.setTimer(() => void this.#ask(), everyMs);
    this.#timer.unref();
  }
}
