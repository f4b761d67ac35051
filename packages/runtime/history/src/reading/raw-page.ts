import { GatewayError, isNumericColumn, statusCodes, type DataType, type TagValue } from '@fieldwarden/core';
import type { BlockSource, HistoryColumn, HistoryPiece } from '@fieldwarden/history-kit';
import type { HistoryPage, RawHistoryRequest } from '@fieldwarden/service';

/** A place between values: so many of those at this time were given. */
interface Place {
  readonly atMs: number;
  readonly given: number;
}

/** Values of a range as they were kept, forwards or backwards; `atPause` is awaited between pieces. */
export async function rawPage(
  source: BlockSource,
  { fromMs, toMs, limit, bounds, cursor }: RawHistoryRequest,
  atPause: () => Promise<void>,
): Promise<HistoryPage> {
  const isReverse = fromMs > toMs;
  const place = cursor === undefined ? undefined : readCursor(cursor);
  const rows = new Rows(source.type);
  const isWithin = (atMs: number): boolean => (isReverse ? atMs <= fromMs && atMs > toMs : atMs >= fromMs && atMs < toMs);
  const isBefore = (atMs: number): boolean => (isReverse ? atMs > fromMs : atMs < fromMs);
  let before: readonly [HistoryColumn, number] | undefined;
  let last: Place | undefined;
  let toSkip = place?.given ?? 0;
  if (bounds && !place) before = boundBefore(source, fromMs, isReverse);
  if (before) rows.add(before[0], before[1]);
  else if (bounds && !place) rows.addBound(fromMs);
  for (const piece of piecesFrom(source, place?.atMs ?? fromMs, isReverse)) {
    if (isBefore(piece.summary.firstAtMs) && isBefore(piece.summary.lastAtMs)) continue;
    const column = piece.column();
    const { timesMs } = column;
    for (let k = 0; k < timesMs.length; k += 1) {
      const row = isReverse ? timesMs.length - 1 - k : k;
      const atMs = timesMs[row];
      if (isBefore(atMs)) continue;
      if (place && (isReverse ? atMs > place.atMs : atMs < place.atMs)) continue;
      if (!isWithin(atMs)) {
        if (bounds && rows.count < limit) rows.add(column, row);
        else if (bounds) return rows.page(cursorOf(last!));
        return rows.page(null);
      }
      if (place && atMs === place.atMs && toSkip > 0) {
        toSkip -= 1;
        continue;
      }
      if (rows.count >= limit) return rows.page(last ? cursorOf(last) : cursorOf({ atMs, given: 0 }));
      rows.add(column, row);
      last = { atMs, given: last?.atMs === atMs ? last.given + 1 : place?.atMs === atMs ? place.given + 1 : 1 };
    }
    await atPause();
  }
  if (bounds && rows.count >= limit && last) return rows.page(cursorOf(last));
  if (bounds) rows.addBound(toMs);
  return rows.page(null);
}

function* piecesFrom(source: BlockSource, atMs: number, isReverse: boolean): Iterable<HistoryPiece> {
  if (!isReverse) return yield* source.later();
  // the hour of the time itself, newest first, then what is before it
  const own: HistoryPiece[] = [];
  for (const piece of source.later()) {
    if (piece.summary.firstAtMs > atMs) break;
    own.push(piece);
  }
  yield* own.reverse();
  yield* source.earlier();
}

/** The last value before a range, in the direction of the read. */
function boundBefore(source: BlockSource, fromMs: number, isReverse: boolean): readonly [HistoryColumn, number] | undefined {
  if (isReverse) {
    for (const piece of source.later()) {
      if (piece.summary.lastAtMs <= fromMs) continue;
      const column = piece.column();
      return [column, column.timesMs.findIndex((atMs) => atMs > fromMs)];
    }
    return undefined;
  }
  for (const piece of piecesFrom(source, fromMs, true)) {
    if (piece.summary.firstAtMs >= fromMs) continue;
    const column = piece.column();
    return [column, column.timesMs.findLastIndex((atMs) => atMs < fromMs)];
  }
  return undefined;
}

function cursorOf({ atMs, given }: Place): string {
  return `${atMs}~${given}`;
}

function readCursor(cursor: string): Place {
  const [, atMs, given] = /^(-?\d{1,16}(?:\.\d{1,12})?)~(\d{1,7})$/.exec(cursor) ?? [];
  if (given !== undefined) return { atMs: Number(atMs), given: Number(given) };
  const message = `${JSON.stringify(cursor)} is no cursor of a page of history`;
  throw new GatewayError({ code: 'HISTORY_CURSOR_INVALID', kind: 'config', message });
}

class Rows {
  readonly #type: DataType;
  readonly #timesMs: number[] = [];
  readonly #statuses: number[] = [];
  readonly #values: (TagValue | null)[] = [];

  constructor(type: DataType) {
    this.#type = type;
  }

  get count(): number {
    return this.#timesMs.length;
  }

  add({ timesMs, statuses, values }: HistoryColumn, row: number): void {
    this.#timesMs.push(timesMs[row]);
    this.#statuses.push(statuses[row]);
    if (values.kind === 'objects') this.#values.push(values.objects[row]);
    else this.#values.push(values.absent?.[row] === 1 ? null : values.numbers[row]);
  }

  addBound(atMs: number): void {
    this.#timesMs.push(atMs);
    this.#statuses.push(statusCodes.BadBoundNotFound);
    this.#values.push(null);
  }

  page(next: string | null): HistoryPage {
    const values = isNumericColumn(this.#type)
      ? Float64Array.from(this.#values, (value) => (value === null ? NaN : Number(value)))
      : this.#values;
    return { type: this.#type, timesMs: Float64Array.from(this.#timesMs), statuses: Uint32Array.from(this.#statuses), values, next };
  }
}
