import { GatewayError } from '@fieldwarden/core';

/** One caller waiting for a slot. `cancelled` callers are skipped when their turn comes. */
export interface Waiter {
  cancelled: boolean;
  readonly admit: () => void;
}

/**
 * Bounded concurrency with a bounded queue; callers with priority wait ahead of the others. A slot is held until the exchange
 * itself has settled, also when its caller gave up: that is what keeps a stuck device from being asked ever more.
 */
export class Bulkhead {
  readonly #concurrent: number;
  readonly #queued: number;
  readonly #urgent: Waiter[] = [];
  readonly #normal: Waiter[] = [];
  #running = 0;

  constructor(limits: { readonly concurrent: number; readonly queued: number }) {
    this.#concurrent = limits.concurrent;
    this.#queued = limits.queued;
  }

  /** Calls waiting or running. */
  get depth(): number {
    return this.#running + this.#urgent.length + this.#normal.length;
  }

  /** True when the caller may go at once; it must call `release` when its exchange has settled. */
  tryEnter(): boolean {
    if (this.#running >= this.#concurrent) return false;
    this.#running += 1;
    return true;
  }

  /** Queues the caller; `admit` is called when a slot is handed over. Throws kind `overloaded` when the queue is full. */
  enqueue(waiter: Waiter, urgent: boolean): void {
    if (this.#urgent.length + this.#normal.length >= this.#queued) this.#dropCancelled();
    if (this.#urgent.length + this.#normal.length >= this.#queued) {
      throw new GatewayError({
        code: 'BULKHEAD_FULL',
        kind: 'overloaded',
        message: `${this.#running} calls are running and ${this.#queued} are waiting for this device already`,
      });
    }
    (urgent ? this.#urgent : this.#normal).push(waiter);
  }

  release(): void {
    const next = this.#next();
    if (next) next.admit();
    else this.#running -= 1;
  }

  #next(): Waiter | undefined {
    for (const queue of [this.#urgent, this.#normal]) {
      for (let waiter = queue.shift(); waiter; waiter = queue.shift()) if (!waiter.cancelled) return waiter;
    }
    return undefined;
  }

  #dropCancelled(): void {
    for (const queue of [this.#urgent, this.#normal]) {
      const live = queue.filter((waiter) => !waiter.cancelled);
      queue.splice(0, queue.length, ...live);
    }
  }
}
