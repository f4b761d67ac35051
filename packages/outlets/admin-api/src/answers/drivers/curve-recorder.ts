import type { DriverCurves } from '@fieldwarden/admin-contract';
import type { Clock, Timer } from '@fieldwarden/core';
import type { DriverState } from '@fieldwarden/gateway-contract';
import { driverUsage, type DriverUsage, type MeasuredDriver } from '../../views/driver-view.js';

const intervalMs = 5_000;

/** An hour. */
const maxSamples = 720;

/** A driver, as far as its curve shows it. */
export interface DrawnDriver extends MeasuredDriver {
  readonly state: DriverState;
}

/** The last hour of one driver as columns; NaN where nothing was measured. 18 KB. */
class Curve {
  readonly #at = new Float64Array(maxSamples);
  readonly #memory = new Float64Array(maxSamples);
  readonly #cpu = new Float32Array(maxSamples);
  readonly #heartbeat = new Float32Array(maxSamples);
  readonly #states: string[] = [];
  #next = 0;

  add(atMs: number, state: DriverState, { memory, cpuPercent, heartbeatMs }: DriverUsage): void {
    const at = this.#next % maxSamples;
    this.#at[at] = atMs;
    this.#memory[at] = memory.bytes ?? NaN;
    this.#cpu[at] = cpuPercent ?? NaN;
    this.#heartbeat[at] = heartbeatMs ?? NaN;
    this.#states[at] = state;
    this.#next += 1;
  }

  shape(driverId: string): DriverCurves {
    const first = Math.max(0, this.#next - maxSamples);
    const rows = Array.from({ length: this.#next - first }, (_, i) => (first + i) % maxSamples);
    return {
      schema: 'fieldwarden/curves@1',
      driverId,
      intervalMs,
      at: rows.map((row) => this.#at[row]),
      memoryBytes: rows.map((row) => measured(this.#memory[row])),
      cpuPercent: rows.map((row) => measured(this.#cpu[row])),
      heartbeatMs: rows.map((row) => measured(this.#heartbeat[row])),
      state: rows.map((row) => this.#states[row]),
    };
  }
}

/** To the hundredth: a float32 has digits that nobody measured. */
function measured(number: number): number | null {
  return Number.isNaN(number) ? null : Math.round(number * 100) / 100;
}

/** Looks at every driver each 5 s, and keeps an hour of what it saw. */
export class CurveRecorder implements Disposable {
  readonly #instances: ReadonlyMap<string, DrawnDriver>;
  readonly #clock: Clock;
  readonly #curves = new Map<string, Curve>();
  #timer: Timer;

  constructor(instances: ReadonlyMap<string, DrawnDriver>, clock: Clock) {
    this.#instances = instances;
    this.#clock = clock;
    this.#timer = this.#arm();
    this.#sample();
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  /** Undefined if there is no driver with this id. */
  of(driverId: string): DriverCurves | undefined {
    if (!this.#instances.has(driverId)) return undefined;
    return (this.#curves.get(driverId) ?? new Curve()).shape(driverId);
  }

  #arm(): Timer {
    return this.#clock.setTimer(() => {
      this.#timer = this.#arm();
      this.#sample();
    }, intervalMs);
  }

  #sample(): void {
    const nowMs = this.#clock.wallMs();
    for (const id of this.#curves.keys()) if (!this.#instances.has(id)) this.#curves.delete(id);
    for (const [id, instance] of this.#instances) {
      let curve = this.#curves.get(id);
      if (!curve) this.#curves.set(id, (curve = new Curve()));
      curve.add(nowMs, instance.state, driverUsage(instance));
    }
  }
}
