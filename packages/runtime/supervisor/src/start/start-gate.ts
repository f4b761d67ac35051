import type { HostState } from '../machine/host-state.js';
import type { Clock, Timer } from '@fieldwarden/core';
import { calmAtMs, calmed, releasedBrake, restarted, stormLimits, type StormBrake } from './storm-brake.js';

/** A Host whose start is due. */
export interface Starter {
  /** It may start now, if it still wants to. */
  mayStart(): void;
}

export interface StartGateDeps {
  readonly clock: Clock;
  /** Restarts at one time, as many as there are cores: more of them make each slower and none sooner. */
  readonly places: number;
  /** The brake was engaged, or let go. */
  readonly changed: (engaged: boolean) => void;
}

/**
 * A Host needs the processor for about 50 ms. One that takes longer waits for its device, or for other programs of a busy machine, from which one
 * more that asks gets more of the processor: it gives its place to another.
 */
const placeMs = 100;

/**
 * Lets Hosts start: first starts all at one time, restarts as many as there are cores, and all of them one after the other while the storm
 * brake is engaged, in the order in which they asked.
 */
export class StartGate {
  readonly #deps: StartGateDeps;
  readonly #starting = new Set<Starter>();
  readonly #waiting = new Set<Starter>();
  /** Restarts that hold a place, with what ends that. */
  readonly #placed = new Map<Starter, Timer>();
  /** On the monotonic clock. */
  readonly #lastRestartMs = new WeakMap<Starter, number>();
  #brake: StormBrake = releasedBrake;
  #timer: Timer | undefined;
  #waking = false;

  constructor(deps: StartGateDeps) {
    this.#deps = deps;
  }

  get engaged(): boolean {
    return this.#brake.engaged;
  }

  /** Whether a Host that asks now may start. */
  get isOpen(): boolean {
    return this.#brake.engaged ? this.#starting.size === 0 : this.#placed.size < this.#deps.places;
  }

  /** No Host starts or waits for its start. */
  get isIdle(): boolean {
    return this.#starting.size === 0 && this.#waiting.size === 0;
  }

  /** More Hosts start, or wait for it, than there are cores. */
  get isCrowded(): boolean {
    return this.#waiting.size > 0 || this.#starting.size > this.#deps.places;
  }

  /** Has a process that is not ready yet. */
  started(starter: Starter, isRestart: boolean): void {
    this.#starting.add(starter);
    this.#waiting.delete(starter);
    if (!isRestart) return;
    const nowMs = this.#deps.clock.monotonicMs();
    this.#place(starter);
    // Many that died once have one cause in common, which is over; the brake is for those that die again and again.
    const lastMs = this.#lastRestartMs.get(starter);
    this.#lastRestartMs.set(starter, nowMs);
    if (lastMs !== undefined && nowMs - lastMs < stormLimits.windowMs) this.#become(restarted(this.#brake, nowMs));
  }

  /** How a Host stands after whatever happened to it; may let others start. One that is held back is told by `mayStart`. */
  look(
    starter: Starter,
    { isStarting, isHeldBack }: { readonly isStarting: boolean; readonly isHeldBack: boolean },
  ): void {
    const gaveUp = !isHeldBack && this.#waiting.delete(starter);
    if (isHeldBack) this.#waiting.add(starter);
    if (!isStarting && this.#starting.delete(starter)) {
      this.#unplace(starter);
      this.#wake();
    } else if (gaveUp) this.#calm();
  }

  /** No timer stays behind. */
  close(): void {
    this.#disarm();
    for (const starter of [...this.#placed.keys()]) this.#unplace(starter);
  }

  #place(starter: Starter): void {
    this.#unplace(starter);
    const timer = this.#deps.clock.setTimer(() => {
      this.#placed.delete(starter);
      this.#wake();
    }, placeMs);
    timer.unref();
    this.#placed.set(starter, timer);
  }

  #unplace(starter: Starter): void {
    this.#placed.get(starter)?.[Symbol.dispose]();
    this.#placed.delete(starter);
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  /** One loop for all, since a start that fails at once calls back in here. */
  #wake(): void {
    if (this.#waking) return;
    this.#waking = true;
    for (const starter of this.#waiting) {
      if (!this.isOpen) break;
      this.#waiting.delete(starter);
      starter.mayStart();
    }
    this.#waking = false;
    this.#calm();
  }

  #calm(): void {
    if (this.#brake.engaged) this.#become(calmed(this.#brake, this.#deps.clock.monotonicMs(), this.#waiting.size));
  }

  #become(brake: StormBrake): void {
    const changed = brake.engaged !== this.#brake.engaged;
    this.#brake = brake;
    this.#arm();
    if (changed) this.#deps.changed(brake.engaged);
  }

  #arm(): void {
    this.#disarm();
    const dueMs = calmAtMs(this.#brake);
    if (dueMs === undefined || this.#waiting.size > 0) return;
    const { clock } = this.#deps;
    this.#timer = clock.setTimer(() => this.#calm(), Math.max(1, dueMs - clock.monotonicMs()));
    this.#timer.unref();
  }
}

/** A start that is held back waits for the gate, not for a time. */
export function isHeldBack(
  state: HostState,
  { gate, clock }: { readonly gate: Pick<StartGate, 'isOpen'>; readonly clock: Clock },
): boolean {
  return 'attemptAtMs' in state && state.attemptAtMs <= clock.monotonicMs() && !gate.isOpen;
}
