import { GatewayError } from '@fieldwarden/core';

/**
 * Who goes first. `background` calls (history) may hold no more than half of the slots, so that a long backfill leaves room for the
 * scans.
 */
export type Lane = 'urgent' | 'normal' | 'background';

/** One caller waiting for a slot. */
export interface Waiter {
  readonly lane: Lane;
  /** Gave up; is skipped when its turn comes. */
  readonly cancelled: boolean;
  /** A slot is handed over. False: it is not wanted any more, and stays with the bulkhead. */
  admit(): boolean;
}

export interface BulkheadLimits {
  readonly concurrent: number;
  readonly queued: number;
}

/**
 * Bounded concurrency with a bounded queue; callers with priority wait ahead of the others. A slot is held until the exchange
 * itself has settled, also when its caller gave up: that is what keeps a stuck device from being asked ever more.
 */
export class Bulkhead {
  readonly #queues: Readonly<Record<Lane, Waiter[]>> = { urgent: [], normal: [], background: [] };
  #limits: BulkheadLimits;
  #running = 0;
  #background = 0;

  constructor(limits: BulkheadLimits) {
    this.#limits = limits;
  }

  /** Calls waiting or running. */
  get depth(): number {
    return this.#running + this.#waiting;
  }

  /** New limits: whoever runs or waits already stays, also when that is more than they allow. */
  configure(limits: BulkheadLimits): void {
    this.#limits = limits;
    while (this.#running < limits.concurrent) {
      this.#running += 1;
      if (!this.#handOver()) {
        this.#running -= 1;
        return;
      }
    }
  }

  /** True when the caller may go at once; it must call `release` when its exchange has settled. */
  tryEnter(lane: Lane): boolean {
    if (this.#running >= this.#limits.concurrent) return false;
    if (lane === 'background') {
      if (!this.#backgroundMayGo()) return false;
      this.#background += 1;
    }
    this.#running += 1;
    return true;
  }

  /** Queues the caller. Throws kind `overloaded` when the queue is full. */
  enqueue(waiter: Waiter): void {
    if (this.#waiting >= this.#limits.queued) this.#dropCancelled();
    if (this.#waiting >= this.#limits.queued) {
      throw new GatewayError({
        code: 'BULKHEAD_FULL',
        kind: 'overloaded',
        message: `${this.#running} calls are running and ${this.#waiting} are waiting for this device already`,
      });
    }
    this.#queues[waiter.lane].push(waiter);
  }

  release(lane: Lane): void {
    if (lane === 'background') this.#background -= 1;
    if (this.#waiting === 0 || this.#running > this.#limits.concurrent || !this.#handOver()) this.#running -= 1;
  }

  get #waiting(): number {
    const { urgent, normal, background } = this.#queues;
    return urgent.length + normal.length + background.length;
  }

  #backgroundMayGo(): boolean {
    return this.#background < Math.max(1, this.#limits.concurrent >>> 1);
  }

  /** Gives one slot to the first who still wants it. */
  #handOver(): boolean {
    const { urgent, normal, background } = this.#queues;
    return this.#handTo(urgent) || this.#handTo(normal) || (this.#backgroundMayGo() && this.#handTo(background));
  }

  #handTo(queue: Waiter[]): boolean {
    for (let waiter = queue.shift(); waiter; waiter = queue.shift()) {
      if (waiter.cancelled) continue;
      // Counted first: the caller may be done, and release, before `admit` returns.
      if (waiter.lane === 'background') this.#background += 1;
      if (waiter.admit()) return true;
      if (waiter.lane === 'background') this.#background -= 1;
    }
    return false;
  }

  #dropCancelled(): void {
    for (const queue of Object.values(this.#queues)) {
      const live = queue.filter((waiter) => !waiter.cancelled);
      queue.splice(0, queue.length, ...live);
    }
  }
}
