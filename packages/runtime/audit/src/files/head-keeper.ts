import type { Clock, Timer } from '@fieldwarden/core';
import type { ChainPosition } from '../chain/audit-row.js';
import { writeHead } from './head-file.js';

/** So much younger than the head file may be what is cut off without anybody knowing. */
const delayMs = 1_000;

/** Keeps the head file near the end of the audit, at most one write a second. */
export class HeadKeeper {
  readonly #folder: string;
  readonly #clock: Clock;
  #position: ChainPosition | undefined;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor({ folder, clock }: { readonly folder: string; readonly clock: Clock }) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** `position`: of a row that is on disk. */
  moved(position: ChainPosition): void {
    this.#position = position;
    if (this.#timer) return;
    this.#timer = this.#clock.setTimer(() => this.#write(), delayMs);
    this.#timer.unref();
  }

  /** Writes what is not written yet. Never rejects. */
  async close(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const position = this.#position;
    if (!position) return;
    this.#position = undefined;
    // An older head is right, too.
    this.#writing = this.#writing.then(() => writeHead(this.#folder, position)).catch(() => undefined);
  }
}
