import { statusCodes } from '@fieldwarden/core';
import type {
  AlarmEvent,
  AlarmSink,
  EventHistoryQuery,
  EventPage,
  HistoricalValue,
  HistoryPage,
  Point,
  RawHistoryQuery,
} from '@fieldwarden/driver';

/**
 * `limit` rows from `fromMs` on, a millisecond apart, whose values are numbers or, for an address `huge:N`, texts of N characters;
 * the continuation is the next time.
 */
export function echoRaw({ address }: Point, { fromMs, limit, continuation }: RawHistoryQuery): HistoryPage {
  const firstMs = continuation === undefined ? fromMs : Number(continuation);
  const [kind, argument] = address.split(':', 2);
  const value = (row: number): number | string => (kind === 'huge' ? 'x'.repeat(Number(argument)) : row);
  const values = Array.from({ length: limit }, (_, row): HistoricalValue => ({
    value: value(row),
    status: statusCodes.Good,
    sourceAtMs: firstMs + row,
  }));
  return { values, continuation: String(firstMs + limit) };
}

export function echoEvents({ fromMs, limit }: EventHistoryQuery): EventPage {
  const events = Array.from({ length: limit }, (_, row) => {
    const { eventId, source, message, severity } = echoAlarm(row);
    return { eventId, source, message, severity, type: 'EchoEvent', atMs: fromMs + row };
  });
  return { events, continuation: undefined };
}

export function echoAlarm(number: number, message = `alarm ${number}`): AlarmEvent {
  return {
    eventId: `event-${number}`,
    conditionId: `condition-${number}`,
    source: 'echo',
    message,
    severity: 500,
    active: true,
    acknowledged: false,
    retain: true,
    atMs: number,
  };
}

/** A device `siren-N` raises N alarms at once, `loud-N` one whose message has N characters between two small ones. */
export function raiseAlarms(deviceId: string, sink: AlarmSink): void {
  const [kind, count] = deviceId.split('-', 2);
  if (kind === 'siren') sink.push(Array.from({ length: Number(count) }, (_, number) => echoAlarm(number)));
  if (kind === 'loud') sink.push([echoAlarm(0), echoAlarm(1, 'x'.repeat(Number(count))), echoAlarm(2)]);
}
