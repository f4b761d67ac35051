import { open, rename } from 'node:fs/promises';

/** A file for its own user alone: old or new content is on disk whenever the power fails, never half of it. Writes go one after the other. */
export class PrivateFile {
  readonly path: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  replace(text: string): Promise<void> {
    const written = this.#last.then(() => this.#write(text));
    this.#last = written.catch(() => undefined);
    return written;
  }

  /** Resolves when nothing is being written any more. Never rejects. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #write(text: string): Promise<void> {
    const temporary = `${this.path}.new`;
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.chmod(0o600);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.path);
  }
}
