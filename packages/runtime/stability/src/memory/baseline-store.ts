import { join } from 'node:path';
import type { Logger } from '@fieldwarden/core';
import { StateFile } from '@fieldwarden/storage';

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
  readonly #file: StateFile<Map<string, StoredBaseline>>;
  readonly #baselines: Map<string, StoredBaseline>;

  constructor(home: string, logger: Logger) {
    this.#file = new StateFile({
      path: join(home, 'baselines.json'),
      what: 'memory baselines',
      version: 1,
      parse: parseBaselines,
      content: () => ({ baselines: Object.fromEntries(this.#baselines) }),
      logger,
    });
    this.#baselines = this.#file.read() ?? new Map<string, StoredBaseline>();
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
    this.#file.write();
  }

  /** Of a driver that was removed from the plant. */
  forget(driverId: string): void {
    if (this.#baselines.delete(driverId)) this.#file.write();
  }

  /** Resolves when everything set so far is on disk, or failed to get there. */
  flushed(): Promise<void> {
    return this.#file.flushed();
  }
}

function parseBaselines({ baselines }: Readonly<Record<string, unknown>>): Map<string, StoredBaseline> {
  if (typeof baselines !== 'object' || baselines === null) throw new TypeError('there are no baselines');
  const entries = Object.entries(baselines);
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
