import type { Driver, DriverCurves } from '@fieldwarden/admin-contract';

/** Points of one sparkline: four minutes at one sample each 2 s. */
const keptSamples = 120;

/** Memory of every driver over the last minutes, as this page saw it. */
export class MemoryTrails {
  readonly #trails = new Map<string, (number | null)[]>();

  take(drivers: readonly Driver[]): void {
    const ids = new Set(drivers.map(({ id }) => id));
    for (const id of this.#trails.keys()) if (!ids.has(id)) this.#trails.delete(id);
    for (const { id, memory } of drivers) this.#push(id, memory.bytes);
  }

  /** What the gateway remembers goes before what the page saw. */
  seed({ driverId, memoryBytes }: DriverCurves): void {
    const seen = this.#trails.get(driverId) ?? [];
    this.#trails.set(driverId, [...memoryBytes, ...seen].slice(-keptSamples));
  }

  of(driverId: string): readonly (number | null)[] {
    return this.#trails.get(driverId) ?? [];
  }

  #push(id: string, bytes: number | null): void {
    const trail = this.#trails.get(id) ?? [];
    this.#trails.set(id, [...trail.slice(-(keptSamples - 1)), bytes]);
  }
}

export const memoryTrails = new MemoryTrails();
