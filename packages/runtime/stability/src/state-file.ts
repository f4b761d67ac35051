import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, type Logger } from '@fieldwarden/core';

export interface StateFileOptions<Content> {
  readonly path: string;
  /** For log lines, in the plural: `memory baselines`. */
  readonly what: string;
  /** The file's JSON → content; throws when it is not what this program writes. All or nothing: a file of which part is wrong was not written here. */
  readonly parse: (json: unknown) => Content;
  /** What is to be in the file now; asked when a write begins. */
  readonly content: () => unknown;
  readonly logger: Logger;
}

/**
 * Small state that outlives the process: one JSON file, replaced as a whole. Writes go one after the other, what changes while one
 * is under way goes with the next. A file that cannot be read or written costs a warning and the memory, nothing else.
 */
export class StateFile<Content> {
  readonly #options: StateFileOptions<Content>;
  #writing: Promise<void> = Promise.resolve();
  #writeWaits = false;

  constructor(options: StateFileOptions<Content>) {
    this.#options = options;
  }

  /** Undefined if there is none, or none that can be understood. */
  read(): Content | undefined {
    const { path, what, parse, logger } = this.#options;
    try {
      return parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        logger.warn(`${what} are unreadable and begin anew`, { path, error: messageOf(error) });
      return undefined;
    }
  }

  /** Writes what is there by the time the writes before are done. */
  write(): void {
    if (this.#writeWaits) return;
    this.#writeWaits = true;
    this.#writing = this.#writing.then(() => {
      this.#writeWaits = false;
      return this.#replace();
    });
  }

  /** Resolves when everything asked for so far is on disk, or failed to get there. */
  flushed(): Promise<void> {
    return this.#writing;
  }

  async #replace(): Promise<void> {
    const { path, what, content, logger } = this.#options;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeThrough(`${path}.new`, JSON.stringify(content(), null, 1));
      await rename(`${path}.new`, path);
    } catch (error) {
      logger.warn(`${what} could not be written`, { path, error: messageOf(error) });
    }
  }
}

/** To the disk, not only to its cache: a rename over the old file must not outrun the content. */
async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
