import type { Clock, GatewayError } from '@fieldwarden/core';
import { parted, type PlannedPoint, type ReadBlock } from './plan.js';
import { pauseMsOf, type Trouble } from './trouble.js';

/** Blocks that failed together, and are asked for apart from the rest. */
export interface Piece {
  readonly blocks: readonly ReadBlock[];
  readonly trouble: Trouble;
  /** Set for a point that is to blame: how long it is left alone, and until when. */
  readonly pause?: { readonly ms: number; readonly untilMs: number };
}

/** A piece that failed, and whose CPU has not answered anything since. */
export interface Charge {
  readonly piece: Piece;
  readonly error: GatewayError;
}

/** Reads that failed as a whole are not put together again before that. */
const cutForMs = 600_000;
/** So many pieces may go unanswered in a row before the next has to wait. */
const freeAttempts = 6;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/**
 * What one plan asks for apart from the rest, because it was not answered: halved over as many scans as it takes, down to the points
 * that are to blame, which are left alone for a while. A piece is halved only when the CPU has answered something after it failed.
 */
export class TroubledStretches {
  readonly #clock: Clock;
  #pieces: readonly Piece[] = [];
  #charges: Charge[] = [];
  /** Beginnings of blocks and of jobs, with the time at which they are forgotten. */
  readonly #blockCuts = new Map<string, number>();
  readonly #jobCuts = new Map<string, number>();
  #failedInARow = 0;
  #notBeforeMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  has(piece: Piece): boolean {
    return this.#pieces.includes(piece);
  }

  /** Rows that are asked for apart. */
  get rows(): Set<number> {
    return new Set(this.#pieces.flatMap(({ blocks }) => blocks.flatMap(({ points }) => points.map(({ row }) => row))));
  }

  /** Until the next piece may be asked for, ms. */
  get waitMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#clock.monotonicMs());
  }

  retestInMs({ pause }: Piece): number {
    return pause ? Math.max(0, pause.untilMs - this.#clock.monotonicMs()) : this.waitMs;
  }

  isBlockCut({ address: { area, db, start } }: PlannedPoint): boolean {
    return this.#blockCuts.size > 0 && this.#isCut(this.#blockCuts, keyOf({ area, db, start }));
  }

  isJobCut(block: ReadBlock): boolean {
    return this.#jobCuts.size > 0 && this.#isCut(this.#jobCuts, keyOf(block));
  }

  /** From now on they are asked for apart. */
  add(piece: Piece): void {
    this.#pieces = [...this.#pieces, piece];
  }

  answered(piece: Piece): void {
    this.#remove(piece);
    if (piece.pause) return;
    this.#failedInARow = 0;
    this.#notBeforeMs = -Infinity;
  }

  /** The CPU's next answer decides. */
  charge(charge: Charge): void {
    this.#charges.push(charge);
    // what is tested anew has a pause of its own
    if (charge.piece.pause) return;
    const steps = ++this.#failedInARow - freeAttempts;
    if (steps > 0)
      this.#notBeforeMs = this.#clock.monotonicMs() + Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(steps, 16));
  }

  /** The CPU has answered, so it is the charged pieces that are at fault. */
  takeCharges(): readonly Charge[] {
    const taken = this.#charges;
    if (taken.length > 0) this.#charges = [];
    return taken;
  }

  /** Its halves, which are asked for in its place; empty when it is down to what is to blame, which is then left alone. */
  failed(piece: Piece, trouble: Trouble): readonly Piece[] {
    this.#remove(piece);
    const parts = piece.pause ? undefined : this.#halved(piece.blocks);
    if (!parts) {
      const ms = pauseMsOf(trouble, piece.pause?.ms);
      this.add({ blocks: piece.blocks, trouble, pause: { ms, untilMs: this.#clock.monotonicMs() + ms } });
      return [];
    }
    const pieces = parts.map((blocks): Piece => ({ blocks, trouble }));
    for (const each of pieces) this.add(each);
    return pieces;
  }

  /** All is asked for as if nothing had been learnt. */
  clear(): void {
    this.#pieces = [];
    this.#charges = [];
    this.#blockCuts.clear();
    this.#jobCuts.clear();
  }

  #halved(blocks: readonly ReadBlock[]): readonly (readonly ReadBlock[])[] | undefined {
    const untilMs = this.#clock.monotonicMs() + cutForMs;
    if (blocks.length > 1) {
      const middle = blocks.length >> 1;
      this.#jobCuts.set(keyOf(blocks[middle]), untilMs);
      return [blocks.slice(0, middle), blocks.slice(middle)];
    }
    const two = parted(blocks[0]);
    if (two) this.#blockCuts.set(keyOf(two[1]), untilMs);
    return two?.map((block) => [block]);
  }

  #remove(piece: Piece): void {
    this.#pieces = this.#pieces.filter((other) => other !== piece);
  }

  #isCut(cuts: Map<string, number>, key: string): boolean {
    const untilMs = cuts.get(key);
    if (untilMs === undefined) return false;
    if (untilMs > this.#clock.monotonicMs()) return true;
    cuts.delete(key);
    return false;
  }
}

function keyOf({ area, db, start }: Pick<ReadBlock, 'area' | 'db' | 'start'>): string {
  return `${area} ${db} ${start}`;
}
