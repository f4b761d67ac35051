import type { Clock, Timer } from '@fieldwarden/core';
import { replaceFile } from '@fieldwarden/storage/replace-file';
import { readFile } from 'node:fs/promises';

/** When a client last came with a certificate, and from where. */
export interface Sighting {
  /** ISO-8601, UTC. */
  readonly at: string;
  /** Address. */
  readonly from: string;
}

/** Strangers come with as many certificates as they like. */
const maxKept = 500;

/** Many clients come at once after a restart: their sightings are one write. */
const writeAfterMs = 200;

/** `<pki>/last-seen.json`, beside the stores: written by the server to which clients come, read by whoever shows them. */
export class LastSeen implements AsyncDisposable {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #byThumbprint = new Map<string, Sighting>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  static async open(file: string, clock: Clock): Promise<LastSeen> {
    const seen = new LastSeen(file, clock);
    for (const [thumbprint, sighting] of await readLastSeen(file)) seen.#byThumbprint.set(thumbprint, sighting);
    return seen;
  }

  note(thumbprint: string, from: string): void {
    this.#byThumbprint.delete(thumbprint); // the newest stands last
    this.#byThumbprint.set(thumbprint, { at: new Date(this.#clock.wallMs()).toISOString(), from });
    const [oldest] = this.#byThumbprint.keys();
    if (this.#byThumbprint.size > maxKept) this.#byThumbprint.delete(oldest);
    this.#timer ??= this.#clock.setTimer(() => void this.#write(), writeAfterMs);
    this.#timer.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer) await this.#write();
    await this.#writing;
  }

  /** A disk that does not take it costs what it says: the stores stand for themselves. */
  #write(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const text = JSON.stringify(Object.fromEntries(this.#byThumbprint));
    this.#writing = this.#writing.then(() => replaceFile(this.#file, text)).catch(() => undefined);
    return this.#writing;
  }
}

/** By thumbprint; empty where nothing can be read. */
export async function readLastSeen(file: string): Promise<ReadonlyMap<string, Sighting>> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, Partial<Sighting> | null>;
    return new Map(
      Object.entries(kept).flatMap(([thumbprint, sighting]) => {
        const { at, from } = sighting ?? {};
        return typeof at === 'string' && typeof from === 'string' ? [[thumbprint, { at, from }] as const] : [];
      }),
    );
  } catch {
    return new Map();
  }
}
