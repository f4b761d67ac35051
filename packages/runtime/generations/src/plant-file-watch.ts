import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { messageOf, toGatewayError, type Clock, type Logger, type Timer } from '@fieldwarden/core';

export interface PlantFileWatchDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Checks and publishes. Rejects when that cannot be; what runs goes on. */
  readonly publish: (text: string, file: string) => Promise<void>;
}

/** Editors write in several steps: what comes within this time is one change. */
const settleMs = 250;

/** Where a folder cannot be watched, and in case an event is lost. */
const lookEveryMs = 5_000;

/**
 * `up --watch` (SPEC §7.5): publishes the plant file when its text has changed. The folder is watched, not the file, because editors
 * replace files. A file that is gone, unreadable or wrong changes nothing: the last good one goes on, and the log says why, once.
 */
export class PlantFileWatch implements Disposable {
  readonly #file: string;
  readonly #parts: PlantFileWatchDependencies;
  /** As it was published last; undefined = not published yet. */
  #text: string | undefined;
  #complaint: string | undefined;
  #watcher: FSWatcher | undefined;
  #settling: Timer | undefined;
  #look: Timer;
  #busy = false;
  #again = false;
  #over = false;

  /** `text` is what the file said when it was published last; undefined if it has not been yet. */
  constructor(file: string, text: string | undefined, parts: PlantFileWatchDependencies) {
    this.#file = resolve(file);
    this.#text = text;
    this.#parts = parts;
    this.#watch();
    this.#look = this.#lookLater();
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#watcher?.close();
    this.#settling?.[Symbol.dispose]();
    this.#look[Symbol.dispose]();
  }

  #watch(): void {
    try {
      this.#watcher = watch(dirname(this.#file), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(this.#file)) this.#changed();
      });
      this.#watcher.on('error', (error) =>
        this.#complain(`cannot be watched, it is looked at every 5 s: ${error.message}`),
      );
    } catch (error) {
      this.#complain(`cannot be watched, it is looked at every 5 s: ${messageOf(error)}`);
    }
  }

  #changed(): void {
    this.#settling?.[Symbol.dispose]();
    this.#settling = this.#parts.clock.setTimer(() => this.#lookNow(), settleMs);
  }

  #lookLater(): Timer {
    const timer = this.#parts.clock.setTimer(() => {
      this.#look = this.#lookLater();
      this.#lookNow();
    }, lookEveryMs);
    timer.unref();
    return timer;
  }

  #lookNow(): void {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    this.#publishChange()
      .catch((error: unknown) => this.#complain(messageOf(error)))
      .finally(() => {
        this.#busy = false;
        if (this.#again && !this.#over) this.#changed();
        this.#again = false;
      });
  }

  async #publishChange(): Promise<void> {
    const text = await this.#read();
    if (this.#over || text === undefined || text === this.#text) return;
    this.#text = text;
    try {
      await this.#parts.publish(text, this.#file);
      this.#complaint = undefined;
    } catch (error) {
      if (toGatewayError(error).kind === 'unreachable') this.#text = undefined; // tried again at the next look
      this.#complain(`is not published, what ran before goes on: ${messageOf(error)}`);
    }
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#file, 'utf8');
    } catch (error) {
      this.#complain(`cannot be read, what ran before goes on: ${messageOf(error)}`);
      return undefined;
    }
  }

  #complain(what: string): void {
    if (what === this.#complaint) return;
    this.#complaint = what;
    this.#parts.logger.error(`plant file ${this.#file} ${what}`);
  }
}
