import type { DriverCurves } from '@fieldwarden/admin-contract';
import type { Clock, Timer } from '@fieldwarden/core';
import { driverStates, type DriverState, type GatewayEvent } from '@fieldwarden/gateway-contract';
import type { EventLog } from '@fieldwarden/observe';
import { driverUsage, type DriverUsage, type MeasuredDriver } from '../../views/driver-view.js';

const intervalMs = 5_000;

/** An hour. */
const maxSamples = 720;

/** A driver, as far as its curve shows it. */
export interface DrawnDriver extends MeasuredDriver {
  readonly state: DriverState;
}

/** Kept of one driver: more of them in an hour are a flutter, and the newest tell of it. */
const maxChanges = 1_000;

const hourMs = 3_600_000;

/** The last hour of one driver as columns; NaN where nothing was measured. 18 KB. */
class Curve {
  readonly #at = new Float64Array(maxSamples);
  readonly #memory = new Float64Array(maxSamples);
  readonly #cpu = new Float32Array(maxSamples);
  readonly #heartbeat = new Float32Array(maxSamples);
  readonly #states: string[] = [];
  readonly #changes: { readonly at: number; readonly state: string }[] = [];
  #next = 0;

  /** From now on it is in this state. */
  changed(atMs: number, state: DriverState): void {
    if (this.#changes.at(-1)?.state === state) return;
    this.#changes.push({ at: atMs, state });
    // The one before the hour still holds at its beginning.
    const isOver = (): boolean => this.#changes.length > 1 && this.#changes[1].at < atMs - hourMs;
    while (this.#changes.length > maxChanges || isOver()) this.#changes.shift();
  }

  add(atMs: number, state: DriverState, { memory, cpuPercent, heartbeatMs }: DriverUsage): void {
    const at = this.#next % maxSamples;
    this.#at[at] = atMs;
    this.#memory[at] = memory.bytes ?? NaN;
    this.#cpu[at] = cpuPercent ?? NaN;
    this.#heartbeat[at] = heartbeatMs ?? NaN;
    this.#states[at] = state;
    this.changed(atMs, state);
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
      changes: [...this.#changes],
    };
  }
}

/** To the hundredth: a float32 has digits that nobody measured. */
function measured(number: number): number | null {
  return Number.isNaN(number) ? null : Math.round(number * 100) / 100;
}

/** Looks at every driver each 5 s, hears of every change of its state, and keeps an hour of both. */
export class CurveRecorder implements Disposable {
  readonly #instances: ReadonlyMap<string, DrawnDriver>;
  readonly #clock: Clock;
  readonly #curves = new Map<string, Curve>();
  readonly #following: Disposable;
  #timer: Timer;

  constructor(instances: ReadonlyMap<string, DrawnDriver>, clock: Clock, events: Pick<EventLog, 'subscribe'>) {
    this.#instances = instances;
    this.#clock = clock;
    this.#following = events.subscribe((event) => this.#heard(event));
    this.#timer = this.#arm();
    this.#sample();
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#following[Symbol.dispose]();
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
    for (const [id, instance] of this.#instances) this.#curve(id).add(nowMs, instance.state, driverUsage(instance));
  }

  /** States that are over before the next look are told by events only. */
  #heard({ type, driverId, device, at, data }: GatewayEvent): void {
    if (type !== 'driver' || device !== undefined || !this.#instances.has(driverId)) return;
    const state = driverStates.find((known) => known === data?.to);
    if (state) this.#curve(driverId).changed(Date.parse(at), state);
  }

  #curve(id: string): Curve {
    let curve = this.#curves.get(id);
    if (!curve) this.#curves.set(id, (curve = new Curve()));
    return curve;
  }
}
