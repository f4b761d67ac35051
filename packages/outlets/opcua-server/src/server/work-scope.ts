import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextRound } from 'node:timers/promises';

/** The request that is worked on. */
export interface WorkScope {
  /** Resolves when it is the turn of the client's connection again. */
  readonly nextTurn: () => Promise<void>;
  /** What the client takes in one answer. */
  readonly maxResponseBytes: number;
  /** Set when the answer would be larger: it is then not sent, nor made. */
  isTooLarge: boolean;
}

/** The library hands requests on without their connections; this is how long work finds whose it is. */
export const workScope = new AsyncLocalStorage<WorkScope>();

/** At a time; a socket has the event loop no longer than 20 ms. */
const sliceMs = 10;

/** Work that is done in pieces, so that others have their turns between them. */
export class Slices {
  #startedAtMs = performance.now();

  /** Call after each step. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#startedAtMs < sliceMs) return;
    await (workScope.getStore()?.nextTurn() ?? nextRound());
    this.#startedAtMs = performance.now();
  }
}
