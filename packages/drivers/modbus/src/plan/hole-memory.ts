import type { Clock } from '@fieldwarden/core';
import { covers, isSameSpan, type Area, type Span } from '../address/area.js';
import type { KnownRefusals } from './plan.js';
import { pauseMsOf, retestAfterMs, type Trouble } from './trouble.js';

/** More holes than that are not kept; the oldest go first. */
const maxHoles = 10_000;

export interface Hole extends Span {
  readonly trouble: Trouble;
  /** Nobody asked for it: it lay between points. It is believed for its time, then forgotten. */
  readonly isGap: boolean;
  readonly pauseMs: number;
  /** When it may be asked for again, on the monotonic clock. */
  readonly untilMs: number;
}

interface Longest {
  readonly count: number;
  readonly trouble: Trouble;
  readonly untilMs: number;
}

/** What one unit does not read like the rest, why, and for how long that is believed. */
export class HoleMemory implements KnownRefusals {
  readonly #clock: Clock;
  #holes: Hole[] = [];
  readonly #maxima = new Map<Area, Longest>();
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

  /** A read of exactly this span failed, and no smaller one explains it. Found again, it is left alone for longer. */
  noteHole({ area, start, count }: Span, trouble: Trouble): void {
    const at = this.#holes.findIndex((hole) => isSameSpan(hole, { area, start, count }));
    const known = this.#holes[at];
    if (known === undefined || known.isGap) return this.#add({ area, start, count }, trouble, false);
    this.#holes[at] = this.#hole({ area, start, count }, trouble, known.pauseMs);
    if (known.trouble.status !== trouble.status) this.#version++;
  }

  /** Nobody asked for this span, but reads fail that include it. */
  noteGap(span: Span, trouble: Trouble): void {
    this.#add(span, trouble, true);
  }

  /** Reads of more than `count` failed although all their parts are there. */
  noteMax(area: Area, count: number, trouble: Trouble): void {
    this.#maxima.set(area, { count, trouble, untilMs: this.#clock.monotonicMs() + retestAfterMs });
    this.#expectExpiry();
    this.#version++;
  }

  /** They are asked for again at once, should anybody ask. */
  forget(isForgotten: (hole: Hole) => boolean): void {
    const kept = this.#holes.filter((hole) => !isForgotten(hole));
    if (kept.length === this.#holes.length) return;
    this.#holes = kept;
    this.#version++;
  }

  refuses(span: Span): boolean {
    return this.holeIn(span) !== undefined;
  }

  /** Because of which this span is not asked for. */
  holeIn({ area, start, count }: Span): Hole | undefined {
    return this.#holes.find((hole) => covers({ area, start, count }, hole));
  }

  learnedMax(area: Area): number | undefined {
    return this.#maxima.get(area)?.count;
  }

  holes(area: Area): readonly Hole[] {
    return this.#holes.filter((hole) => hole.area === area);
  }

  /** Points that have been left alone for long enough, the longest waiting first. */
  due(): readonly Hole[] {
    const nowMs = this.#clock.monotonicMs();
    return this.#holes.filter(({ isGap, untilMs }) => !isGap && untilMs <= nowMs).sort((a, b) => a.untilMs - b.untilMs);
  }

  /** The length that is accepted, and when that is forgotten. */
  learnedLength(area: Area): Longest | undefined {
    return this.#maxima.get(area);
  }

  retestInMs({ untilMs }: { readonly untilMs: number }): number {
    return Math.max(0, untilMs - this.#clock.monotonicMs());
  }

  #add(span: Span, trouble: Trouble, isGap: boolean): void {
    if (this.refuses(span)) return;
    this.#holes.push(isGap ? this.#gap(span, trouble) : this.#hole(span, trouble));
    if (this.#holes.length > maxHoles) this.#holes.shift();
    this.#expectExpiry();
    this.#version++;
  }

  #hole({ area, start, count }: Span, trouble: Trouble, previousMs?: number): Hole {
    const pauseMs = pauseMsOf(trouble, previousMs);
    return { area, start, count, trouble, isGap: false, pauseMs, untilMs: this.#clock.monotonicMs() + pauseMs };
  }

  #gap({ area, start, count }: Span, trouble: Trouble): Hole {
    const untilMs = this.#clock.monotonicMs() + retestAfterMs;
    return { area, start, count, trouble, isGap: true, pauseMs: retestAfterMs, untilMs };
  }

  /** Of what is forgotten by itself: gaps and lengths. */
  #expectExpiry(): void {
    const gaps = this.#holes.filter(({ isGap }) => isGap);
    const expiries = [...gaps, ...this.#maxima.values()].map(({ untilMs }) => untilMs);
    this.#nextExpiryMs = expiries.reduce((earliest, untilMs) => Math.min(earliest, untilMs), Infinity);
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#holes = this.#holes.filter(({ isGap, untilMs }) => !isGap || untilMs > nowMs);
    for (const [area, { untilMs }] of this.#maxima) if (untilMs <= nowMs) this.#maxima.delete(area);
    this.#expectExpiry();
    this.#version++;
  }
}
