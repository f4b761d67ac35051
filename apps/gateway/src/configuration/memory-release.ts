import type { Clock, Timer } from '@fieldwarden/core';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface MemoryReleaseDependencies {
  readonly clock: Clock;
  /** How many tags there are now. */
  readonly tags: () => number;
  /** Default: V8's own. */
  readonly collect?: () => void;
}

/** From here on what only a start or a publish needs is worth a collection: about a kilobyte a tag. */
const largePlantTags = 10_000;

/**
 * Gives the pages back to the system that only a start or a publish of a large plant needed: V8 by itself keeps them for as long as
 * values are polled. Stops the process, 0.1 s for 100,000 tags and 0.5 s for 500,000, so it is done once for each of them and for nothing else.
 */
export class MemoryRelease implements Disposable {
  readonly #deps: MemoryReleaseDependencies;
  #timer: Timer | undefined;

  constructor(deps: MemoryReleaseDependencies) {
    this.#deps = deps;
  }

  /** Once, `afterMs` after whoever asked last: by then nothing is held any more that was needed for it. */
  soon(afterMs: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#deps.clock.setTimer(() => this.#release(), afterMs);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #release(): void {
    const { tags, collect = collectAll } = this.#deps;
    if (tags() > largePlantTags) collect();
  }
}

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** The only collection after which V8 gives back the pages that it has in reserve. */
function collectAll(): void {
  v8.setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  v8.setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
