import type { DriverState } from '@fieldwarden/gateway-contract';
import type { PlantDriver } from '@fieldwarden/config';
import type { Clock, Timer } from '@fieldwarden/core';

/** SPEC §7.5: a driver that crash-loops so soon after an apply goes back. */
export const rollBackWindowMs = 60_000;

/** A driver that runs on another configuration since a moment ago. */
export interface Trial {
  readonly driverId: string;
  readonly generation: number;
  /** What it goes back to. */
  readonly before: PlantDriver;
  readonly beforeGeneration: number | null;
}

export interface RollBackWatchDependencies {
  readonly clock: Clock;
  /** The session of this driver has never been ready since its trial began, and its starts fail. */
  readonly neverStarted: (driverId: string) => boolean;
  readonly reasonOf: (driverId: string) => string;
  /** Called once per trial that failed. */
  readonly rollBack: (trial: Trial, reason: string) => void;
}

/** Looks after drivers whose configuration has changed, for a minute each. Faulted by then, or never up: back to what ran before. */
export class RollBackWatch implements Disposable {
  readonly #deps: RollBackWatchDependencies;
  readonly #trials = new Map<string, { readonly trial: Trial; readonly timer: Timer }>();

  constructor(deps: RollBackWatchDependencies) {
    this.#deps = deps;
  }

  /** One that had not proved itself yet is no configuration to go back to: then the one before it is. */
  begin(trial: Trial): void {
    const pending = this.#trials.get(trial.driverId)?.trial;
    const { before, beforeGeneration } = pending ?? trial;
    this.end(trial.driverId);
    const timer = this.#deps.clock.setTimer(() => this.#over(trial.driverId), rollBackWindowMs);
    timer.unref();
    this.#trials.set(trial.driverId, { trial: { ...trial, before, beforeGeneration }, timer });
  }

  /** The driver is gone, or an operator has taken it in hand. */
  end(driverId: string): void {
    this.#trials.get(driverId)?.timer[Symbol.dispose]();
    this.#trials.delete(driverId);
  }

  stateChanged(driverId: string, state: DriverState): void {
    if (state === 'Faulted') this.#fail(driverId);
  }

  [Symbol.dispose](): void {
    for (const driverId of [...this.#trials.keys()]) this.end(driverId);
  }

  #over(driverId: string): void {
    if (this.#deps.neverStarted(driverId)) this.#fail(driverId);
    else this.end(driverId);
  }

  #fail(driverId: string): void {
    const trial = this.#trials.get(driverId)?.trial;
    if (!trial) return;
    this.end(driverId);
    this.#deps.rollBack(trial, this.#deps.reasonOf(driverId));
  }
}
