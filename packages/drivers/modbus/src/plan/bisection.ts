import type { HoleMemory } from './hole-memory.js';
import { splitRead } from './plan.js';
import { compileRead, type CompiledRead } from './read-plan.js';

/** A refused read whose halves are being tried. */
interface Refusal {
  readonly halves: readonly [CompiledRead, CompiledRead];
  openHalves: number;
  /** One of the halves was refused in turn, so the fault lies there. */
  isExplained: boolean;
}

interface Half {
  readonly read: CompiledRead;
  readonly of: Refusal;
}

/**
 * Finds out which points of a refused read the unit does not have, by halving, and remembers what it finds: a point that is
 * refused alone, a gap that no half needs, or else a length that is too much.
 */
export class Bisection {
  readonly #holes: HoleMemory;
  readonly #bitAlignment: number;
  /** Still to be tried, the next one last. */
  readonly #open: Half[] = [];

  constructor(holes: HoleMemory, bitAlignment: number) {
    this.#holes = holes;
    this.#bitAlignment = bitAlignment;
  }

  /** The half to be tried next. */
  get read(): CompiledRead | undefined {
    return this.#open.at(-1)?.read;
  }

  /** False when the read is down to one point. */
  split(read: CompiledRead): boolean {
    const halves = splitRead(read, this.#bitAlignment);
    if (!halves) return false;
    const [first, second] = [compileRead(halves[0]), compileRead(halves[1])];
    const refusal: Refusal = { halves: [first, second], openHalves: 2, isExplained: false };
    this.#open.push({ read: second, of: refusal }, { read: first, of: refusal });
    return true;
  }

  /** The half tried last is settled. Called before it is split further. */
  settle(wasRefused: boolean): void {
    const refusal = this.#open.pop()?.of;
    if (!refusal) return;
    refusal.openHalves--;
    refusal.isExplained ||= wasRefused;
    if (refusal.openHalves === 0 && !refusal.isExplained) this.#learnFrom(refusal.halves);
  }

  #learnFrom([first, second]: Refusal['halves']): void {
    const firstEnd = first.start + first.count;
    const gap = second.start - firstEnd;
    if (gap > 0) this.#holes.noteHole({ area: first.area, start: firstEnd, count: gap });
    else this.#holes.noteMax(first.area, Math.max(first.count, second.count));
  }
}
