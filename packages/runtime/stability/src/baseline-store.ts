import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, type Logger } from '@fieldwarden/core';

/** What a baseline was learnt from. It holds for nothing else. */
export interface BaselineKey {
  readonly driverVersion: string;
  /** `configurationHash` of options and devices. */
  readonly configHash: string;
  /** Private memory and resident set of a process, or what a session says of itself: not to be compared with each other. */
  readonly measure: MemoryMeasure;
}

export type MemoryMeasure = 'private' | 'rss' | 'footprint';

interface StoredBaseline extends BaselineKey {
  readonly baselineBytes: number;
}

/**
 * Baselines of all drivers in `<home>/baselines.json`, one each, so that a recycled Host need not be learnt anew (SPEC §6.1). A
 * file that cannot be read or written costs the learning, nothing else.
 */
export class BaselineStore {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #baselines: Map<string, StoredBaseline>;
  #writing: Promise<void> = Promise.resolve();
  #writeWaits = false;

  constructor(home: string, logger: Logger) {
    this.#path = join(home, 'baselines.json');
    this.#logger = logger;
    this.#baselines = this.#read();
  }

  /** Bytes; undefined if none was learnt for this version, configuration and measure. */
  get(driverId: string, key: BaselineKey): number | undefined {
    const stored = this.#baselines.get(driverId);
    const fits =
      stored?.driverVersion === key.driverVersion &&
      stored.configHash === key.configHash &&
      stored.measure === key.measure;
    return fits ? stored.baselineBytes : undefined;
  }

  /** Replaces what was known about the driver, and writes soon after. */
  set(driverId: string, { driverVersion, configHash, measure }: BaselineKey, baselineBytes: number): void {
    this.#baselines.set(driverId, { driverVersion, configHash, measure, baselineBytes });
    this.#writeSoon();
  }

  /** Of a driver that was removed from the plant. */
  forget(driverId: string): void {
    if (this.#baselines.delete(driverId)) this.#writeSoon();
  }

  /** Resolves when everything set so far is on disk, or failed to get there. */
  flushed(): Promise<void> {
    return this.#writing;
  }

  /** What is set while a write waits for the one before it goes with it. */
  #writeSoon(): void {
    if (this.#writeWaits) return;
    this.#writeWaits = true;
    this.#writing = this.#writing.then(() => {
      this.#writeWaits = false;
      return this.#write();
    });
  }

  async #write(): Promise<void> {
    const text = JSON.stringify({ version: 1, baselines: Object.fromEntries(this.#baselines) }, null, 1);
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeThrough(`${this.#path}.new`, text);
      await rename(`${this.#path}.new`, this.#path);
    } catch (error) {
      this.#logger.warn('memory baselines could not be written', { path: this.#path, error: messageOf(error) });
    }
  }

  #read(): Map<string, StoredBaseline> {
    try {
      return parseBaselines(readFileSync(this.#path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        const fields = { path: this.#path, error: messageOf(error) };
        this.#logger.warn('memory baselines are unreadable and will be learnt anew', fields);
      }
      return new Map();
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

/** All or nothing: a file of which part is wrong was not written by this program. */
function parseBaselines(text: string): Map<string, StoredBaseline> {
  const file = JSON.parse(text) as { version?: unknown; baselines?: unknown } | null;
  if (file?.version !== 1 || typeof file.baselines !== 'object' || file.baselines === null) {
    throw new TypeError('not a file of baselines, version 1');
  }
  const entries = Object.entries(file.baselines);
  for (const [driverId, entry] of entries) {
    if (!isBaseline(entry)) throw new TypeError(`the baseline of ${driverId} is none`);
  }
  return new Map(entries as [string, StoredBaseline][]);
}

function isBaseline(value: unknown): value is StoredBaseline {
  const entry = value as Partial<StoredBaseline> | null;
  return (
    typeof entry?.driverVersion === 'string' &&
    typeof entry.configHash === 'string' &&
    typeof entry.measure === 'string' &&
    typeof entry.baselineBytes === 'number' &&
    entry.baselineBytes >= 0
  );
}
