import type { Clock } from '@fieldwarden/core';
import { covers, isSameSpan, type Area, type Span } from '../address/area.js';
import type { HoleMemory } from './hole-memory.js';
import { splitRead, type Cuts } from './plan.js';
import { compileRead, type CompiledRead } from './compiled-read.js';
import { retestAfterMs, type Trouble } from './trouble.js';

interface Half {
  readonly span: Span;
  fate: 'open' | 'read' | 'failed';
}

/** A read that failed and whose halves are asked for in its place. */
interface Split {
  readonly span: Span;
  readonly halves: readonly [Half, Half];
  readonly trouble: Trouble;
  readonly untilMs: number;
}

/**
 * Finds out which points of a failed read are to blame, by halving, over as many scans as it takes, and remembers what it finds:
 * a point that fails alone, a gap that no half needs, or else a length that is too much.
 */
export class Division implements Cuts {
  readonly #holes: HoleMemory;
  readonly #clock: Clock;
  readonly #bitAlignment: number;
  #splits: Split[] = [];
  #version = 0;

  constructor(holes: HoleMemory, clock: Clock, bitAlignment: number) {
    this.#holes = holes;
    this.#clock = clock;
    this.#bitAlignment = bitAlignment;
  }

  /** Changes whenever reads planned before are out of date. */
  get version(): number {
    if (this.#splits.length > 0) this.#expire();
    return this.#version;
  }

  get isUnderWay(): boolean {
    return this.#splits.length > 0;
  }

  /** Reads do not reach over from one half into the other. */
  isCut(area: Area, from: number, to: number): boolean {
    return this.#splits.some(({ halves: [, { span }] }) => span.area === area && from < span.start && span.start <= to);
  }

  /** Why the read that this one is a half of failed; undefined when it is none, or when it has been answered. */
  troubleOf(read: Span): Trouble | undefined {
    return this.#splits.find(({ halves }) => halves.some((half) => half.fate !== 'read' && isSameSpan(half.span, read)))
      ?.trouble;
  }

  answered(read: Span): void {
    if (this.#splits.length > 0) this.#settle(read, 'read');
  }

  /** Its halves, to be asked for in its place; undefined when all its points fill the same span, which is then a hole. */
  failed(read: CompiledRead, trouble: Trouble): readonly [CompiledRead, CompiledRead] | undefined {
    const halves = splitRead(read, this.#bitAlignment);
    if (halves) this.#splits.push(this.#splitOf(read, halves, trouble));
    else this.#holes.noteHole(read, trouble);
    this.#settle(read, 'failed');
    return halves && [compileRead(halves[0]), compileRead(halves[1])];
  }

  #splitOf({ area, start, count }: Span, [first, second]: readonly [Span, Span], trouble: Trouble): Split {
    this.#version++;
    const untilMs = this.#clock.monotonicMs() + retestAfterMs;
    const half = (span: Span): Half => ({ span: spanOf(span), fate: 'open' });
    return { span: { area, start, count }, halves: [half(first), half(second)], trouble, untilMs };
  }

  #settle(read: Span, fate: 'read' | 'failed'): void {
    for (const { halves } of this.#splits) for (const half of halves) if (isSameSpan(half.span, read)) half.fate = fate;
    for (let done = this.#explained(); done; done = this.#explained()) this.#end(done);
  }

  /** Both halves have had their turn, and nothing in them is still being divided. */
  #explained(): Split | undefined {
    return this.#splits.find(
      (split) =>
        split.halves.every(({ fate }) => fate !== 'open') &&
        !this.#splits.some((other) => other !== split && covers(split.span, other.span)),
    );
  }

  #end(split: Split): void {
    this.#splits = this.#splits.filter((other) => other !== split);
    this.#version++;
    if (split.halves.every(({ fate }) => fate === 'read')) this.#learnFrom(split);
  }

  #learnFrom({ halves: [{ span: first }, { span: second }], trouble }: Split): void {
    const firstEnd = first.start + first.count;
    const gap = second.start - firstEnd;
    if (gap > 0) this.#holes.noteGap({ area: first.area, start: firstEnd, count: gap }, trouble);
    else this.#holes.noteMax(first.area, Math.max(first.count, second.count), trouble);
  }

  /** What could not be settled, because the points changed or the unit went, is asked for as a whole again. */
  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    const kept = this.#splits.filter(({ untilMs }) => untilMs > nowMs);
    if (kept.length === this.#splits.length) return;
    this.#splits = kept;
    this.#version++;
  }
}

function spanOf({ area, start, count }: Span): Span {
  return { area, start, count };
}
