import type { Clock, Timer } from '@fieldwarden/core';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface RollingFileOptions {
  readonly path: string;
  /** A file that would grow beyond this is rolled to `<path>.1`, that one to `<path>.2`, and so on. */
  readonly maxBytes: number;
  /** Files altogether, the current one included. */
  readonly maxFiles: number;
  /** Rolled files not touched for longer are removed. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  /** Called once per outage. */
  readonly onTrouble: (error: unknown) => void;
  /** Called when writing works again, with the number of lines that had to be dropped meanwhile. */
  readonly onRecovered: (lostLines: number) => void;
}

/** While the disk does not take them, lines wait in memory up to this size; further ones are dropped and counted. */
export const maxWaitingBytes = 4 * 1024 * 1024;

const maxChunkBytes = 64 * 1024;
const retryMs = 1_000;

/**
 * A log file of bounded size that never throws, never blocks its caller and never gives up: a full disk costs lines, and
 * writing goes on when there is room again. (winston's own File transport falls silent for ever after one failed write, while
 * the records behind it pile up in memory.)
 */
export class RollingFile {
  readonly #options: RollingFileOptions;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #lostLines = 0;
  /** Taken from the queue and not written to the end yet. */
  #unfinished: Buffer | undefined;
  #handle: FileHandle | undefined;
  #fileBytes = 0;
  #draining: Promise<void> | undefined;
  #retry: Timer | undefined;
  #inTrouble = false;
  #closed = false;

  constructor(options: RollingFileOptions) {
    this.#options = options;
  }

  /** `line` ends with its line break. */
  append(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#closed || this.#waitingBytes + bytes.length > maxWaitingBytes) {
      this.#lostLines += 1;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#retry === undefined) this.#draining ??= this.#drain();
  }

  /** Writes what waits, as far as the disk takes it, and closes the file. Never rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#retry?.[Symbol.dispose]();
    this.#retry = undefined;
    await this.#draining;
    await this.#drain();
    await this.#closeHandle();
  }

  async #drain(): Promise<void> {
    try {
      // In a later turn, so that lines of one turn go out together.
      await Promise.resolve();
      do {
        while (this.#unfinished !== undefined || this.#waiting.length > 0) await this.#writeChunk();
      } while (this.#recovered());
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.#draining = undefined;
    }
  }

  async #writeChunk(): Promise<void> {
    const handle = await this.#openFile();
    this.#unfinished ??= this.#takeChunk();
    while (this.#unfinished.length > 0) {
      const { bytesWritten } = await handle.write(this.#unfinished);
      this.#fileBytes += bytesWritten;
      this.#unfinished = this.#unfinished.subarray(bytesWritten);
    }
    this.#unfinished = undefined;
  }

  /** As many whole lines as the current file has room for, at least one. */
  #takeChunk(): Buffer {
    const room = Math.min(maxChunkBytes, this.#options.maxBytes - this.#fileBytes);
    let count = 1;
    let bytes = this.#waiting[0].length;
    while (count < this.#waiting.length && bytes + this.#waiting[count].length <= room) {
      bytes += this.#waiting[count].length;
      count += 1;
    }
    const chunk = Buffer.concat(this.#waiting.slice(0, count), bytes);
    this.#waiting = this.#waiting.slice(count);
    this.#waitingBytes -= bytes;
    return chunk;
  }

  /** The current file, rolled first if the next line does not fit. */
  async #openFile(): Promise<FileHandle> {
    const nextBytes = this.#unfinished?.length ?? this.#waiting[0].length;
    this.#handle ??= await this.#openCurrent();
    if (this.#fileBytes === 0 || this.#fileBytes + nextBytes <= this.#options.maxBytes) return this.#handle;
    await this.#closeHandle();
    await this.#roll();
    return (this.#handle = await this.#openCurrent());
  }

  async #openCurrent(): Promise<FileHandle> {
    await mkdir(dirname(this.#options.path), { recursive: true, mode: 0o700 });
    const handle = await open(this.#options.path, 'a', 0o600);
    this.#fileBytes = (await handle.stat()).size;
    return handle;
  }

  async #roll(): Promise<void> {
    const { path, maxFiles } = this.#options;
    if (maxFiles <= 1) return rm(path, { force: true });
    for (let age = maxFiles - 1; age >= 1; age -= 1) await renameIfThere(this.#nameOf(age - 1), this.#nameOf(age));
    await this.#removeOld();
  }

  async #removeOld(): Promise<void> {
    const oldest = this.#options.clock.wallMs() - this.#options.maxAgeMs;
    for (let age = 1; age < this.#options.maxFiles; age += 1) {
      const modifiedMs = await stat(this.#nameOf(age)).then(
        ({ mtimeMs }) => mtimeMs,
        () => Number.POSITIVE_INFINITY,
      );
      if (modifiedMs < oldest) await rm(this.#nameOf(age), { force: true });
    }
  }

  #nameOf(age: number): string {
    return age === 0 ? this.#options.path : `${this.#options.path}.${age}`;
  }

  async #fail(error: unknown): Promise<void> {
    await this.#closeHandle();
    if (!this.#inTrouble) this.#options.onTrouble(error);
    this.#inTrouble = true;
    if (this.#closed) return;
    this.#retry = this.#options.clock.setTimer(() => {
      this.#retry = undefined;
      this.#draining ??= this.#drain();
    }, retryMs);
    this.#retry.unref();
  }

  /** True if an outage just ended; telling so may have added a line. */
  #recovered(): boolean {
    if (!this.#inTrouble) return false;
    const lost = this.#lostLines;
    this.#inTrouble = false;
    this.#lostLines = 0;
    this.#options.onRecovered(lost);
    return true;
  }

  async #closeHandle(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    // A handle that cannot be closed is lost either way.
    await handle?.close().catch(() => undefined);
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
