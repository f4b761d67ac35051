import { messageOf, type Logger } from '@fieldwarden/core';
import type { ServiceFacts, ServiceLoss } from './service-home.js';

/** Those who follow one home. One that throws keeps neither the others nor the service from their work. */
export class HomeListeners {
  readonly #logger: Logger;
  readonly #ofChanges = new Set<() => void>();
  readonly #ofLosses = new Set<(loss: ServiceLoss) => void>();
  #told = '';

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  onChange(listener: () => void): Disposable {
    this.#ofChanges.add(listener);
    return { [Symbol.dispose]: () => void this.#ofChanges.delete(listener) };
  }

  onLoss(listener: (loss: ServiceLoss) => void): Disposable {
    this.#ofLosses.add(listener);
    return { [Symbol.dispose]: () => void this.#ofLosses.delete(listener) };
  }

  /** Tells of a change if there is one since the last look. */
  look({ state, reason, address, pid, spawn, crashLoop }: ServiceFacts): void {
    const now = JSON.stringify([state, reason, address, pid, spawn, crashLoop]);
    if (now === this.#told) return;
    this.#told = now;
    for (const listener of [...this.#ofChanges]) this.#guard(listener);
  }

  lost(loss: ServiceLoss): void {
    for (const listener of [...this.#ofLosses]) this.#guard(() => listener(loss));
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.error(`a follower of a service failed: ${messageOf(error)}`, { error });
    }
  }
}
