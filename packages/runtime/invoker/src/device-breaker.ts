import CircuitBreaker from 'opossum';
import { EventEmitter } from 'node:events';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerSettings {
  readonly failures: number | null;
  readonly probeMs: number;
  readonly maxProbeMs: number;
}

/** opossum rotates statistics on a timer per breaker unless it is given one to share; nobody reads them, so this one never rotates. */
const noRotation = new EventEmitter().setMaxListeners(0);

/** Spread of the probe interval, so that devices that failed together are not probed together. */
const probeJitter = 0.2;

/**
 * The breaker of one device. opossum holds the state and the time until half-open; what counts as a failure, and how many in a
 * row open it, is decided here, because opossum counts percentages only.
 */
export class DeviceBreaker {
  readonly #settings: BreakerSettings;
  readonly #random: () => number;
  readonly #options: CircuitBreaker.Options;
  readonly #circuit: CircuitBreaker;
  #consecutiveFailures = 0;
  #openings = 0;

  /** `onHalfOpen` starts the one probe that decides between `succeeded` and `failed`. */
  constructor(settings: BreakerSettings, random: () => number, onHalfOpen: () => void) {
    this.#settings = settings;
    this.#random = random;
    this.#options = {
      timeout: false,
      resetTimeout: settings.probeMs,
      enableSnapshots: false,
      rollingPercentilesEnabled: false,
      rollingCountBuckets: 1,
      rotateBucketController: noRotation,
    };
    this.#circuit = new CircuitBreaker(() => Promise.resolve(), this.#options);
    this.#circuit.on('halfOpen', onHalfOpen);
  }

  get state(): BreakerState {
    if (this.#circuit.closed) return 'closed';
    return this.#circuit.halfOpen ? 'half-open' : 'open';
  }

  get closed(): boolean {
    return this.#circuit.closed;
  }

  get consecutiveFailures(): number {
    return this.#consecutiveFailures;
  }

  /** The device answered. Returns true if this closed the breaker. */
  succeeded(): boolean {
    this.#consecutiveFailures = 0;
    if (this.#circuit.closed) return false;
    this.#openings = 0;
    this.#circuit.close();
    return true;
  }

  /** An attempt failed in a way that counts. Returns true if this opened the breaker that was closed. */
  failed(): boolean {
    this.#consecutiveFailures += 1;
    const { failures } = this.#settings;
    if (this.#circuit.opened || failures === null) return false;
    const wasClosed = this.#circuit.closed;
    if (wasClosed && this.#consecutiveFailures < failures) return false;
    this.#open();
    return wasClosed;
  }

  /** The probe of a half-open breaker told nothing (it never reached the device): try again after the next interval. */
  inconclusive(): void {
    if (this.#circuit.halfOpen) this.#open();
  }

  dispose(): void {
    this.#circuit.shutdown();
  }

  #open(): void {
    this.#options.resetTimeout = this.#nextProbeMs();
    this.#openings += 1;
    this.#circuit.open();
  }

  #nextProbeMs(): number {
    const { probeMs, maxProbeMs } = this.#settings;
    const intervalMs = Math.min(probeMs * 2 ** Math.min(this.#openings, 30), maxProbeMs);
    return Math.round(intervalMs * (1 + probeJitter * (2 * this.#random() - 1)));
  }
}
