import type { Clock } from '@fieldwarden/core';
import { covers, type Area, type Span } from '../address/area.js';
import type { KnownRefusals } from './plan.js';

/** After that the unit is asked again: its program may have changed. */
export const retestAfterMs = 10 * 60_000;

/** More holes than that are not kept; the oldest go first. */
const maxHoles = 10_000;

export interface Hole extends Span {
  /** When it is forgotten, on the monotonic clock. */
  readonly untilMs: number;
}

/** What one unit has refused to read, and for how long that is believed. */
export class HoleMemory implements KnownRefusals {
  readonly #clock: Clock;
  #holes: Hole[] = [];
  readonly #maxima = new Map<Area, { readonly count: number; readonly untilMs: number }>();
  #version = 0;
  #nextExpiryMs = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Changes whenever plans made before are out of date. */
  get version(): number {
    if (this.#clock.monotonicMs() >= this.#nextExpiryMs) this.#expire();
    return this.#version;
  }

  get size(): number {
    return this.#holes.length;
  }

  /** A read of exactly this span was refused, and no smaller one explains it. */
  noteHole({ area, start, count }: Span): void {
    if (this.refuses({ area, start, count })) return;
    this.#holes.push({ area, start, count, untilMs: this.#expiry() });
    if (this.#holes.length > maxHoles) this.#holes.shift();
    this.#version++;
  }

  /** Reads of more than `count` were refused although all their parts exist. */
  noteMax(area: Area, count: number): void {
    this.#maxima.set(area, { count, untilMs: this.#expiry() });
    this.#version++;
  }

  /** They are asked for again at once, should anybody ask. */
  forget(isForgotten: (hole: Hole) => boolean): void {
    const kept = this.#holes.filter((hole) => !isForgotten(hole));
    if (kept.length === this.#holes.length) return;
    this.#holes = kept;
    this.#version++;
  }

  refuses({ area, start, count }: Span): boolean {
    return this.#holes.some((hole) => covers({ area, start, count }, hole));
  }

  learnedMax(area: Area): number | undefined {
    return this.#maxima.get(area)?.count;
  }

  holes(area: Area): readonly Hole[] {
    return this.#holes.filter((hole) => hole.area === area);
  }

  /** The length that is accepted, and when that is forgotten. */
  learnedLength(area: Area): { readonly count: number; readonly untilMs: number } | undefined {
    return this.#maxima.get(area);
  }

  retestInMs({ untilMs }: { readonly untilMs: number }): number {
    return Math.max(0, untilMs - this.#clock.monotonicMs());
  }

  #expiry(): number {
    const untilMs = this.#clock.monotonicMs() + retestAfterMs;
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, untilMs);
    return untilMs;
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#holes = this.#holes.filter(({ untilMs }) => untilMs > nowMs);
    for (const [area, { untilMs }] of this.#maxima) if (untilMs <= nowMs) this.#maxima.delete(area);
    const expiries = [...this.#holes, ...this.#maxima.values()].map(({ untilMs }) => untilMs);
    this.#nextExpiryMs = expiries.reduce((earliest, untilMs) => Math.min(earliest, untilMs), Infinity);
    this.#version++;
  }
}
