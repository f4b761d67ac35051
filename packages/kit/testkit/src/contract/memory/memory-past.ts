import { GatewayError, statusCodes, systemClock } from '@fieldwarden/core';
import type {
  Acknowledgement,
  AlarmEvent,
  AlarmSink,
  EventHistoryQuery,
  EventPage,
  HistoricalValue,
  HistoryPage,
  HistoryPaging,
  HistoryRange,
  MethodCall,
  MethodResult,
  ProcessedHistoryQuery,
  WriteResult,
} from '@fieldwarden/driver';

/** Ten values, a second apart, that count up; and the alarms of the memory device. */
export class MemoryPast {
  readonly toMs = Math.floor(systemClock.wallMs() / 1_000) * 1_000;
  readonly fromMs = this.toMs - 10_000;
  readonly #times = Array.from({ length: 10 }, (_, i) => this.fromMs + i * 1_000);
  readonly sinks = new Set<AlarmSink>();
  #alarm: AlarmEvent | undefined;

  raw(query: HistoryRange & HistoryPaging): HistoryPage {
    const values = this.#times.filter((atMs) => isWithin(atMs, query)).map((atMs) => this.at(atMs));
    if (query.fromMs > query.toMs) values.reverse();
    const { rows, continuation } = cut(values, query);
    return { values: rows, continuation };
  }

  processed({ fromMs, toMs, intervalMs }: ProcessedHistoryQuery): HistoryPage {
    const values: HistoricalValue[] = [];
    for (let atMs = fromMs; atMs < toMs; atMs += intervalMs) {
      const rows = this.#times.filter((time) => time >= atMs && time < atMs + intervalMs).map((time) => this.at(time));
      const value = rows.reduce((sum, row) => sum + Number(row.value), 0) / rows.length;
      values.push(rows.length > 0 ? { value, status: statusCodes.Good, sourceAtMs: atMs } : noData(atMs));
    }
    return { values, continuation: undefined };
  }

  at(atMs: number): HistoricalValue {
    const index = this.#times.indexOf(atMs);
    return index < 0 ? noData(atMs) : { value: index, status: statusCodes.Good, sourceAtMs: atMs };
  }

  events(query: EventHistoryQuery): EventPage {
    const events = this.#times
      .filter((atMs) => isWithin(atMs, query))
      .map((atMs) => ({ eventId: `${atMs}`, type: 'Tick', source: 'clock', message: 'tick', severity: 1, atMs }));
    const { rows, continuation } = cut(events, query);
    return { events: rows, continuation };
  }

  listen(sink: AlarmSink): void {
    if (this.#alarm) sink.push([this.#alarm]);
    this.sinks.add(sink);
  }

  raise(): void {
    const common = { conditionId: 'level', source: 'level', message: 'too high', severity: 500 };
    const flags = { active: true, acknowledged: false, retain: true };
    this.#enter({ ...common, ...flags, eventId: 'raised', atMs: systemClock.wallMs() });
  }

  acknowledge({ eventId }: Acknowledgement): WriteResult {
    const alarm = this.#alarm;
    if (!alarm || !['raised', 'acknowledged'].includes(eventId))
      return { outcome: 'rejected', status: statusCodes.BadEventIdUnknown };
    if (alarm.acknowledged) return { outcome: 'rejected', status: statusCodes.BadConditionBranchAlreadyAcked };
    this.#enter({ ...alarm, acknowledged: true, eventId: 'acknowledged' });
    return { outcome: 'done', status: statusCodes.Good };
  }

  call({ method, inputs }: MethodCall): MethodResult {
    return method === 'echo'
      ? { outcome: 'done', status: statusCodes.Good, outputs: inputs }
      : { outcome: 'rejected', status: statusCodes.BadMethodInvalid, outputs: [] };
  }

  #enter(alarm: AlarmEvent): void {
    this.#alarm = alarm;
    for (const sink of this.sinks) sink.push([alarm]);
  }
}

function cut<T>(all: readonly T[], { limit, continuation = '0' }: HistoryPaging) {
  const first = Number(continuation);
  if (!Number.isInteger(first)) {
    const status = statusCodes.BadContinuationPointInvalid;
    throw new GatewayError({ code: 'MEMORY_PAGE', kind: 'rejected', status, message: 'no page begins there' });
  }
  const next = first + limit < all.length ? String(first + limit) : undefined;
  return { rows: all.slice(first, first + limit), continuation: next };
}

function isWithin(atMs: number, { fromMs, toMs }: HistoryRange): boolean {
  return fromMs <= toMs ? atMs >= fromMs && atMs < toMs : atMs > toMs && atMs <= fromMs;
}

function noData(sourceAtMs: number): HistoricalValue {
  return { value: null, status: statusCodes.BadNoData, sourceAtMs };
}
