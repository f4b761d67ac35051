import { GatewayError, Turns } from '@fieldwarden/core';

/** Carries changes out one after the other; a failed one keeps nobody from the next. Bounded. */
export class OneAtATime {
  readonly #maxWaiting: number;
  readonly #turns = new Turns();
  #waiting = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  run<T>(change: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#maxWaiting) return Promise.reject(tooMany(this.#waiting));
    this.#waiting += 1;
    return this.#turns.take(change).finally(() => (this.#waiting -= 1));
  }
}

function tooMany(waiting: number): GatewayError {
  return new GatewayError({
    code: 'CHANGES_WAITING',
    kind: 'overloaded',
    message: `${waiting} changes of the configuration are under way already; try again when they are done`,
  });
}
