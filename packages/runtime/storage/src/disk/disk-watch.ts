import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { messageOf, type Clock, type Timer } from '@fieldwarden/core';
import { replaceFile } from '../files/replace-file.js';

export interface DiskWatchOptions {
  /** The folder whose disk is watched. */
  readonly folder: string;
  readonly clock: Clock;
  /** Default: 5 s. */
  readonly everyMs?: number;
  /** Called when writing stops working, works again, or is refused for another reason: in words, or undefined. */
  readonly onChange: (trouble: string | undefined) => void;
}

const defaultEveryMs = 5_000;

/** A block of any file system: a disk that has no room for it has none for anything. */
const probe = Buffer.alloc(8_192, 0x20);

/** Whether a folder can be written, found out by writing: free bytes say nothing of a quota or of a disk that has become read-only. */
export class DiskWatch implements AsyncDisposable {
  readonly #options: DiskWatchOptions;
  readonly #path: string;
  #trouble: string | undefined;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #ended = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#path = join(options.folder, '.disk-probe');
  }

  /** Why nothing can be written; undefined while it can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Looks once, and from then on again and again. Never rejects. */
  async start(): Promise<void> {
    await this.look();
    this.#schedule();
  }

  /** Never rejects. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.[Symbol.dispose]();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const trouble = await this.#write();
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#options.onChange(trouble);
  }

  async #write(): Promise<string | undefined> {
    try {
      await replaceFile(this.#path, probe, { durable: false });
      await rm(this.#path, { force: true });
      return undefined;
    } catch (error) {
      return `${this.#options.folder} cannot be written: ${messageOf(error)}`;
    }
  }

  #schedule(): void {
    if (this.#ended) return;
    const { clock, everyMs = defaultEveryMs } = this.#options;
    this.#timer = clock.setTimer(() => void this.look().then(() => this.#schedule()), everyMs);
    this.#timer.unref();
  }
}
