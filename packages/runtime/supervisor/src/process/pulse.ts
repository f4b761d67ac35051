import type { Clock, Timer } from '@fieldwarden/core';
import { nextDueMs } from '../machine/host-machine.js';
import type { HostModel } from '../machine/host-state.js';
import { ownStallMs } from '../machine/liveness.js';
import type { SupervisionPolicy } from '../machine/supervision-settings.js';

export interface PulseDeps {
  readonly clock: Clock;
  /** Read whenever something is armed: it may change while the Host runs. */
  readonly policy: () => SupervisionPolicy;
  /** A ping is due. */
  readonly ping: (nowMs: number) => void;
  /** Something is due. For `stallMs` this process itself stood still, which nobody else is to be blamed for. */
  readonly tick: (stallMs: number) => void;
}

/** One timer for one Host: for its next deadline or ping, whichever comes first. */
export class Pulse {
  readonly #deps: PulseDeps;
  #timer: Timer | undefined;
  #nextPingAtMs = Number.POSITIVE_INFINITY;

  constructor(deps: PulseDeps) {
    this.#deps = deps;
  }

  /** A process became ready: it is pinged from now on. */
  start(): void {
    this.#nextPingAtMs = this.#deps.clock.monotonicMs() + this.#deps.policy().pingMs;
  }

  /** The interval may be shorter now: nobody waits for a ping longer than that. */
  hasten(): void {
    this.#nextPingAtMs = Math.min(this.#nextPingAtMs, this.#deps.clock.monotonicMs() + this.#deps.policy().pingMs);
  }

  /** There is nobody to ping any more. */
  stop(): void {
    this.#nextPingAtMs = Number.POSITIVE_INFINITY;
  }

  /** Replaces what was armed before. A start that is held back waits for the gate, not for a time. */
  arm(model: HostModel, isHeldBack: boolean): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const { clock, policy } = this.#deps;
    const deadlineMs = (isHeldBack ? undefined : nextDueMs(model, policy())) ?? Number.POSITIVE_INFINITY;
    const dueMs = Math.min(deadlineMs, this.#nextPingAtMs);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = clock.setTimer(() => this.#due(dueMs), Math.max(0, dueMs - clock.monotonicMs()));
  }

  #due(dueMs: number): void {
    const { clock, policy, ping, tick } = this.#deps;
    const nowMs = clock.monotonicMs();
    try {
      if (nowMs < this.#nextPingAtMs) return;
      this.#nextPingAtMs = nowMs + policy().pingMs;
      ping(nowMs);
    } finally {
      // Arms the next pulse, whatever became of the ping.
      tick(ownStallMs(dueMs, nowMs));
    }
  }
}
