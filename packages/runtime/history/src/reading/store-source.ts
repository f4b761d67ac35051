import type { DataType } from '@fieldwarden/core';
import {
  orderPieces,
  pieceOfColumn,
  type BlockSource,
  type HistoryColumn,
  type HistoryPiece,
} from '@fieldwarden/history-kit';
import { hourOf } from '../records/record-key.js';
import type { KeptTag } from '../records/tag-record.js';
import type { BlockReader } from '../store/block-reader.js';
import { partsOf } from '../store/column-parts.js';
import type { OpenRows } from '../store/open-rows.js';
import { retyped } from './retyped-column.js';

export interface StoreSourceDependencies {
  /** Of one path, the newest last: all of them are read as the newest. */
  readonly tags: readonly KeptTag[];
  /** Generations that are in memory; their blocks do not count. */
  readonly open: readonly OpenRows[];
  readonly blocks: BlockReader;
  /** Hours that may have blocks: from, to (not included). */
  readonly hours: readonly [from: number, to: number];
}

const keptHours = 4;

/** What the store has of one path, as it is when this is made; read hour by hour, as far as somebody asks, from a time on in both directions. */
export class StoreSource {
  readonly type: DataType;
  readonly #deps: StoreSourceDependencies;
  /** What is in memory, by hour. */
  readonly #open = new Map<number, HistoryColumn[]>();
  readonly #generations: ReadonlySet<number>;
  readonly #hours: readonly [from: number, to: number];
  #recent: readonly { readonly hour: number; readonly pieces: readonly HistoryPiece[] }[] = [];

  constructor(deps: StoreSourceDependencies) {
    this.#deps = deps;
    this.type = deps.tags.at(-1)!.type;
    this.#generations = new Set(deps.open.map(({ generation }) => generation));
    for (const rows of deps.open) this.#takeIn(rows);
    const open = [...this.#open.keys()];
    const [from, to] = deps.hours;
    this.#hours = [Math.min(from, ...open), Math.max(to, ...open.map((hour) => hour + 1))];
  }

  /** Pieces before and after the beginning of the hour of a time, none at hand. */
  from(timeMs: number): BlockSource {
    const hour = Number.isFinite(timeMs) ? hourOf(timeMs) : timeMs > 0 ? this.#hours[1] : this.#hours[0];
    return { type: this.type, pieces: [], earlier: () => this.#back(hour), later: () => this.#on(hour) };
  }

  /** Of the first and the last value; undefined where there is none. */
  extent(): readonly [oldestMs: number, newestMs: number] | undefined {
    const { value: first } = this.#on(this.#hours[0]).next() as IteratorResult<HistoryPiece, undefined>;
    const { value: last } = this.#back(this.#hours[1]).next() as IteratorResult<HistoryPiece, undefined>;
    return first && last && [first.summary.firstAtMs, last.summary.lastAtMs];
  }

  *#on(from: number): Generator<HistoryPiece> {
    for (let hour = Math.max(from, this.#hours[0]); hour < this.#hours[1]; hour += 1) yield* this.#ofHour(hour);
  }

  *#back(before: number): Generator<HistoryPiece> {
    for (let hour = Math.min(before, this.#hours[1]) - 1; hour >= this.#hours[0]; hour -= 1) {
      yield* [...this.#ofHour(hour)].reverse();
    }
  }

  /** The last ones that were looked at are kept: who reads stretch by stretch comes back to them. */
  #ofHour(hour: number): readonly HistoryPiece[] {
    const known = this.#recent.find((one) => one.hour === hour);
    if (known) return known.pieces;
    const pieces = this.#read(hour);
    this.#recent = [{ hour, pieces }, ...this.#recent.slice(0, keptHours - 1)];
    return pieces;
  }

  #read(hour: number): readonly HistoryPiece[] {
    const { tags, blocks } = this.#deps;
    const sealed = tags
      .flatMap(({ id }) => blocks.ofHour(id, hour, this.#generations))
      .map((block) => this.#piece(block));
    const open = this.#open.get(hour)?.map(pieceOfColumn) ?? [];
    return sealed.length + open.length === 0 ? [] : orderPieces([...sealed, ...open]);
  }

  #piece({ head, load }: ReturnType<BlockReader['ofHour']>[number]): HistoryPiece {
    const column = (): HistoryColumn => retyped(load(), this.type);
    return { summary: head.summary, column };
  }

  #takeIn(rows: OpenRows): void {
    for (const { id, type } of this.#deps.tags) {
      const column = rows.columnOf(id, type);
      if (!column) continue;
      for (const { hour, column: part } of partsOf(column)) {
        this.#open.set(hour, [...(this.#open.get(hour) ?? []), retyped(part, this.type)]);
      }
    }
  }
}
