import type { Clock } from '@fieldwarden/core';
import CircuitBreaker from 'opossum';
import { EventEmitter } from 'node:events';
import { remainingProbeMs, type BreakerMemory, type ProbeInterval } from '../status/resilience-state.js';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerSettings {
  readonly failures: number | null;
  readonly probeMs: number;
  readonly maxProbeMs: number;
}

export interface DeviceBreakerDependencies {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly random: () => number;
  /** Starts the one probe that decides between `succeeded` and `failed`. */
  readonly onHalfOpen: () => void;
  /** From an earlier run. An open breaker goes on waiting for the rest of its interval, unless devices are never demoted now. */
  readonly restored?: BreakerMemory | undefined;
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
  readonly #deps: DeviceBreakerDependencies;
  readonly #options: CircuitBreaker.Options;
  readonly #circuit: CircuitBreaker;
  #settings: BreakerSettings;
  #consecutiveFailures: number;
  #openings = 0;
  #closed = true;
  #interval: ProbeInterval | undefined;
  /** What was true when it was disposed. */
  #last: BreakerMemory | undefined;

  constructor(settings: BreakerSettings, deps: DeviceBreakerDependencies) {
    this.#settings = settings;
    this.#deps = deps;
    this.#consecutiveFailures = deps.restored?.consecutiveFailures ?? 0;
    this.#options = {
      timeout: false,
      resetTimeout: settings.probeMs,
      enableSnapshots: false,
      rollingPercentilesEnabled: false,
      rollingCountBuckets: 1,
      rotateBucketController: noRotation,
    };
    this.#circuit = new CircuitBreaker(() => Promise.resolve(), this.#options);
    this.#circuit.on('halfOpen', deps.onHalfOpen);
    if (deps.restored?.breaker === 'open' && settings.failures !== null) this.#restore(deps.restored);
  }

  get state(): BreakerState {
    if (this.#circuit.closed) return 'closed';
    return this.#circuit.halfOpen ? 'half-open' : 'open';
  }

  /** Asked twice a call: opossum's own answer, kept. */
  get closed(): boolean {
    return this.#closed;
  }

  get consecutiveFailures(): number {
    return this.#consecutiveFailures;
  }

  get memory(): BreakerMemory {
    if (this.#last) return this.#last;
    const { openedAtMs = null, probeIntervalMs = null } = this.#interval ?? {};
    return {
      breaker: this.closed ? 'closed' : 'open',
      openedAtMs,
      probeIntervalMs,
      openings: this.#openings,
      consecutiveFailures: this.#consecutiveFailures,
    };
  }

  /**
   * The state stays. A lower threshold opens at the next failure, not before; an open breaker that would wait longer than is now
   * allowed waits anew, with the new interval.
   */
  configure(settings: BreakerSettings): void {
    this.#settings = settings;
    if (!this.#circuit.opened || !this.#interval) return;
    const longestMs = settings.maxProbeMs * (1 + probeJitter);
    if (this.#interval.probeIntervalMs <= longestMs) return;
    this.#openings -= 1; // the same opening, in another rhythm
    this.#circuit.close();
    this.#open();
  }

  /** The device answered. Returns true if this closed the breaker. */
  succeeded(): boolean {
    this.#consecutiveFailures = 0;
    if (this.#closed || this.#last) return false;
    this.#openings = 0;
    this.#interval = undefined;
    this.#circuit.close();
    this.#closed = true;
    return true;
  }

  /** An attempt failed in a way that counts. Returns true if this opened the breaker that was closed. */
  failed(): boolean {
    this.#consecutiveFailures += 1;
    const { failures } = this.#settings;
    const wasClosed = this.#closed;
    if (
      this.#last ||
      this.#circuit.opened ||
      (wasClosed && (failures === null || this.#consecutiveFailures < failures))
    )
      return false;
    this.#open();
    return wasClosed;
  }

  /** The probe of a half-open breaker told nothing (it never reached the device): try again after the next interval. */
  inconclusive(): void {
    if (this.#circuit.halfOpen) this.#open();
  }

  dispose(): void {
    this.#last ??= this.memory;
    this.#circuit.shutdown();
  }

  #open(): void {
    const probeIntervalMs = this.#nextProbeMs();
    this.#interval = { openedAtMs: this.#deps.clock.wallMs(), probeIntervalMs };
    this.#options.resetTimeout = probeIntervalMs;
    this.#openings += 1;
    this.#circuit.open();
    this.#closed = false;
  }

  #restore(memory: BreakerMemory): void {
    const wallMs = this.#deps.clock.wallMs();
    const longestMs = this.#settings.maxProbeMs * (1 + probeJitter);
    this.#interval = {
      openedAtMs: Math.min(memory.openedAtMs ?? wallMs, wallMs),
      probeIntervalMs: Math.min(memory.probeIntervalMs ?? 0, longestMs),
    };
    this.#openings = memory.openings;
    this.#options.resetTimeout = remainingProbeMs(this.#interval, wallMs);
    this.#circuit.open();
    this.#closed = false;
  }

  #nextProbeMs(): number {
    const { probeMs, maxProbeMs } = this.#settings;
    const intervalMs = Math.min(probeMs * 2 ** Math.min(this.#openings, 30), maxProbeMs);
    return Math.round(intervalMs * (1 + probeJitter * (2 * this.#deps.random() - 1)));
  }
}
