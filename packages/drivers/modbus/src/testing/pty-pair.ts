import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';

/** Two serial ports with a null-modem cable between them, made by socat. The ends keep their paths when it is unplugged and back. */
export class PtyPair implements AsyncDisposable {
  /** The adapter that the gateway opens. */
  readonly near: string;
  /** Where the slaves are. */
  readonly far: string;
  readonly #folder: AsyncDisposable;
  #socat: ChildProcess | undefined;

  private constructor(folder: AsyncDisposable & { readonly path: string }) {
    this.#folder = folder;
    this.near = `${folder.path}/near`;
    this.far = `${folder.path}/far`;
  }

  static async open(): Promise<PtyPair> {
    const pair = new PtyPair(await temporaryDirectory());
    await pair.plug();
    return pair;
  }

  async plug(): Promise<void> {
    const ends = [this.near, this.far].map((path) => `pty,rawer,link=${path}`);
    const socat = spawn('socat', ends, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#socat = socat;
    const errors: string[] = [];
    socat.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    await waitFor(
      () => {
        if (socat.exitCode !== null) throw new Error(`socat ended: ${errors.join('')}`);
        return existsSync(this.near) && existsSync(this.far);
      },
      { what: 'socat to make two serial ports' },
    );
  }

  /** Both ends are gone, as a USB adapter that is pulled out. */
  async unplug(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    if (socat === undefined || socat.exitCode !== null) return;
    const ended = once(socat, 'exit');
    socat.kill();
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug();
    await this.#folder[Symbol.asyncDispose]();
  }
}
