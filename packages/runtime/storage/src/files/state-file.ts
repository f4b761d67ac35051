import { readFileSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, type Logger } from '@fieldwarden/core';
import { replaceFile } from './replace-file.js';

export interface StateFileOptions<Content> {
  readonly path: string;
  /** For log lines, in the plural: `memory baselines`. */
  readonly what: string;
  /** Of the layout: stands in the file as `version`. A file of another one cannot be understood. */
  readonly version: number;
  /** The file's JSON → content; throws when it is not what this program writes. All or nothing: a file of which part is wrong was not written here. */
  readonly parse: (json: Readonly<Record<string, unknown>>) => Content;
  /** What is to be in the file now, besides `version`; asked when a write begins. */
  readonly content: () => object;
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

  /** Undefined if there is none, or none that can be understood: that one is kept as `<path>.damaged`. */
  read(): Content | undefined {
    const { path, what, logger } = this.#options;
    const text = this.#text();
    if (text === undefined) return undefined;
    try {
      return this.#parse(text);
    } catch (error) {
      logger.warn(`${what} are unreadable and begin anew`, { path, error: messageOf(error), ...setAside(path) });
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

  #text(): string | undefined {
    const { path, what, logger } = this.#options;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        logger.warn(`${what} cannot be read and begin anew`, { path, error: messageOf(error) });
      return undefined;
    }
  }

  #parse(text: string): Content {
    const { what, version, parse } = this.#options;
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || (json as { version?: unknown }).version !== version)
      throw new TypeError(`no file of ${what}, version ${version}`);
    return parse(json as Readonly<Record<string, unknown>>);
  }

  async #replace(): Promise<void> {
    const { path, what, version, content, logger } = this.#options;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await replaceFile(path, `${JSON.stringify({ version, ...content() }, null, 1)}\n`);
    } catch (error) {
      logger.warn(`${what} could not be written`, { path, error: messageOf(error) });
    }
  }
}

/** For whoever wants to know what became of it. The one before goes, so that damage never fills a disk. */
function setAside(path: string): { readonly keptAs?: string } {
  const keptAs = `${path}.damaged`;
  try {
    renameSync(path, keptAs);
    return { keptAs };
  } catch {
    return {}; // the next write replaces it
  }
}
