import {
  maxHistoryRows,
  type EventPage,
  type HistoricalEvent,
  type HistoricalValue,
  type HistoryPage,
} from '@fieldwarden/driver';
import { protocolError } from '../wire/channel-error.js';
import type { HistoryRow } from '../messages.js';

/** A history read as it arrives: rows in parts, then the rest. */
export class ArrivingRows {
  readonly #rows: HistoryRow[] = [];

  /** Throws kind `protocol` for more rows than anybody may ask for. */
  add(rows: readonly HistoryRow[]): void {
    if (this.#rows.length + rows.length > maxHistoryRows) throw protocolError('more rows than a page of history has');
    for (const row of rows) this.#rows.push(row);
  }

  complete(value: unknown): HistoryAnswer {
    const { continuation } = (value ?? {}) as { readonly continuation?: unknown };
    if (continuation !== undefined && typeof continuation !== 'string')
      throw protocolError('a continuation that is no text');
    return { rows: this.#rows, continuation };
  }
}

export interface HistoryAnswer {
  readonly rows: readonly HistoryRow[];
  readonly continuation: string | undefined;
}

export function historyPageOf(answer: unknown): HistoryPage {
  const { rows, continuation } = answer as HistoryAnswer;
  return { values: rows.filter(isValue), continuation };
}

/** Throws kind `protocol` unless there is one row per time. */
export function historyValuesOf(answer: unknown, length: number): readonly HistoricalValue[] {
  const { values } = historyPageOf(answer);
  if (values.length !== length) throw protocolError('a read at times answered with other than one row per time');
  return values;
}

export function eventPageOf(answer: unknown): EventPage {
  const { rows, continuation } = answer as HistoryAnswer;
  return { events: rows.filter(isEvent), continuation };
}

function isValue(row: HistoryRow): row is HistoricalValue {
  return 'status' in row;
}

function isEvent(row: HistoryRow): row is HistoricalEvent {
  return 'eventId' in row;
}
