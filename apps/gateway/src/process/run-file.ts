import type { RunFile } from '@fieldwarden/gateway-contract';
import { messageOf, type Logger } from '@fieldwarden/core';
import { replaceFileSync } from '@fieldwarden/storage';
import { rmSync } from 'node:fs';
import type { HomeDirectory } from './home-directory.js';

/**
 * `<home>/run.json`: how others find the gateway that runs here. Appears whole or not at all, and follows ports that change. A disk that does
 * not take it costs the file, which `write` makes up for.
 */
export class RunFileKeeper implements Disposable {
  readonly #path: string;
  readonly #logger: Logger;
  #content: RunFile;
  #isKept = false;

  constructor(home: HomeDirectory, content: RunFile, logger: Logger) {
    this.#path = home.file('run.json');
    this.#content = content;
    this.#logger = logger;
    this.write();
  }

  get content(): RunFile {
    return this.#content;
  }

  /** By fields of the file: ports of services, and how the Admin API is spoken to. */
  update(ports: Readonly<Record<string, number | string | null>>): void {
    const fields: Readonly<Record<string, unknown>> = { ...this.#content };
    if (Object.entries(ports).every(([field, port]) => fields[field] === port)) return;
    this.#content = { ...this.#content, ...ports };
    this.#isKept = false;
    this.write();
  }

  /** Nothing to do when the disk has it. Never throws. */
  write(): void {
    if (this.#isKept) return;
    try {
      replaceFileSync(this.#path, `${JSON.stringify(this.#content, null, 2)}\n`);
      this.#isKept = true;
    } catch (error) {
      this.#logger.error('run.json could not be written: who reads it does not find the ports', {
        error: messageOf(error),
      });
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { force: true });
  }
}
