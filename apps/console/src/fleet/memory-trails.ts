import type { Driver, DriverCurves } from '@fieldwarden/admin-contract';

/** Points of one sparkline, as far apart as those of the gateway's own curves: ten minutes. */
const keptSamples = 120;
const sampleMs = 5_000;

interface Trail {
  values: readonly (number | null)[];
  lastAtMs: number;
}

/** Memory of every driver over the last minutes: what the gateway remembers, then what this page saw. */
export class MemoryTrails {
  readonly #trails = new Map<string, Trail>();

  take(drivers: readonly Driver[], nowMs: number): void {
    const ids = new Set(drivers.map(({ id }) => id));
    for (const id of this.#trails.keys()) if (!ids.has(id)) this.#trails.delete(id);
    for (const { id, memory } of drivers) this.#push(id, memory.bytes, nowMs);
  }

  /** What the gateway remembers takes the place of what the page saw. */
  seed({ driverId, memoryBytes, at }: DriverCurves): void {
    if (memoryBytes.length === 0) return;
    this.#trails.set(driverId, { values: memoryBytes.slice(-keptSamples), lastAtMs: at[at.length - 1] });
  }

  of(driverId: string): readonly (number | null)[] {
    return this.#trails.get(driverId)?.values ?? [];
  }

  #push(id: string, bytes: number | null, nowMs: number): void {
    const { values, lastAtMs } = this.#trails.get(id) ?? { values: [], lastAtMs: -Infinity };
    if (nowMs - lastAtMs < sampleMs) return;
    this.#trails.set(id, { values: [...values.slice(-(keptSamples - 1)), bytes], lastAtMs: nowMs });
  }
}

export const memoryTrails = new MemoryTrails();
