import { GatewayError } from '@fieldwarden/core';

/** Carries changes out one after the other; a failed one keeps nobody from the next. Bounded. */
export class OneAtATime {
  readonly #maxWaiting: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  run<T>(change: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#maxWaiting) return Promise.reject(tooMany(this.#waiting));
    this.#waiting += 1;
    const done = this.#last.then(change).finally(() => (this.#waiting -= 1));
    this.#last = done.then(forget, forget); // the answer may be large, and the next change may be far away
    return done;
  }
}

function forget(): void {
  // Whoever asked has heard it.
}

function tooMany(waiting: number): GatewayError {
  return new GatewayError({
    code: 'CHANGES_WAITING',
    kind: 'overloaded',
    message: `${waiting} changes of the configuration are under way already; try again when they are done`,
  });
}
