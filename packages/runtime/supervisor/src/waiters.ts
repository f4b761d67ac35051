/** Promises that resolve once a condition holds; looked at whenever something changed. */
export class Waiters {
  readonly #waiting = new Set<{ readonly until: () => boolean; readonly resolve: () => void }>();

  wait(until: () => boolean): Promise<void> {
    if (until()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add({ until, resolve }));
  }

  look(): void {
    for (const waiter of [...this.#waiting]) {
      if (!waiter.until()) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }
}
