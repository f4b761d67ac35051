import { isGood, statusCodes } from '@fieldwarden/core';
import type {
  Acknowledgement,
  AlarmEvent,
  AlarmSink,
  EventHistoryQuery,
  EventPage,
  HistoricalEvent,
  HistoricalValue,
  WriteResult,
} from '@fieldwarden/driver';
import { isWithin, refusal } from './history.js';
import type { SimulatorAlarmOptions } from '../options.js';

/** Events that a device remembers. */
const maxRemembered = 1_000;

/** Moments that a condition looks back at, when nobody asked for a while. */
const maxMoments = 3_600;

/** One limit alarm of one device (OPC UA 10000-9, 5.8.18), and what its wave read at a time. */
export interface Watched {
  readonly options: SimulatorAlarmOptions;
  readonly valueAt: (atMs: number) => HistoricalValue;
}

interface Condition extends Watched {
  readonly id: string;
  /** Its latest state; undefined until it was active for the first time. */
  state: AlarmEvent | undefined;
  /** Events since it was last raised: each of them may be acknowledged. */
  open: string[];
  count: number;
}

/** The alarms of one device. They follow its waves, so that what happened while nobody was subscribed is remembered all the same. */
export class DeviceAlarms {
  readonly #conditions: readonly Condition[];
  readonly #stepMs: number;
  readonly #remembered: AlarmEvent[] = [];
  readonly #sinks = new Set<AlarmSink>();
  #lookedAtMs: number;

  constructor(deviceId: string, watched: readonly Watched[], stepMs: number, nowMs: number) {
    this.#stepMs = stepMs;
    this.#lookedAtMs = nowMs - stepMs;
    this.#conditions = watched.map((one) => ({
      ...one,
      id: `${deviceId}/${one.options.name}`,
      state: undefined,
      open: [],
      count: 0,
    }));
  }

  get isWatched(): boolean {
    return this.#sinks.size > 0;
  }

  /** What is the case comes at once. */
  subscribe(sink: AlarmSink, nowMs: number): void {
    this.look(nowMs);
    const retained = this.#conditions.flatMap(({ state }) => (state?.retain ? state : []));
    if (retained.length > 0) sink.push(retained);
    this.#sinks.add(sink);
  }

  unsubscribe(sink: AlarmSink): void {
    this.#sinks.delete(sink);
  }

  /** Follows the waves up to now. */
  look(nowMs: number): void {
    const step = this.#stepMs;
    const firstMs = Math.max(this.#lookedAtMs + step, nowMs - maxMoments * step);
    const from = Math.ceil(firstMs / step) * step;
    for (let atMs = from; atMs <= nowMs; atMs += step) {
      for (const condition of this.#conditions) this.#follow(condition, atMs);
      this.#lookedAtMs = atMs;
    }
  }

  acknowledge(item: Acknowledgement, nowMs: number): WriteResult {
    this.look(nowMs);
    const condition = this.#conditions.find(({ id }) => id === item.conditionId);
    const { state } = condition ?? {};
    if (!condition || !state?.retain || !condition.open.includes(item.eventId)) {
      return { outcome: 'rejected', status: statusCodes.BadEventIdUnknown };
    }
    if (state.acknowledged) return { outcome: 'rejected', status: statusCodes.BadConditionBranchAlreadyAcked };
    const { active } = state;
    this.#enter(condition, { ...state, acknowledged: true, retain: active, comment: item.comment, atMs: nowMs });
    return { outcome: 'done', status: statusCodes.Good };
  }

  events(query: EventHistoryQuery, nowMs: number): EventPage {
    this.look(nowMs);
    const wanted = this.#remembered.filter(({ atMs }) => isWithin(atMs, query));
    if (query.fromMs > query.toMs) wanted.reverse();
    const { limit, continuation } = query;
    const first = continuation === undefined ? 0 : wanted.findIndex(({ eventId }) => eventId === continuation);
    if (first < 0)
      throw refusal(statusCodes.BadContinuationPointInvalid, 'SIMULATOR_CONTINUATION', 'no page begins there');
    const next = wanted.at(first + limit);
    return { events: wanted.slice(first, first + limit).map(historical), continuation: next?.eventId };
  }

  #follow(condition: Condition, atMs: number): void {
    const { value, status } = condition.valueAt(atMs);
    if (!isGood(status)) return;
    const number = Number(value);
    const broken = brokenLimit(number, condition.options);
    const { state } = condition;
    if (broken === undefined && state?.active) {
      this.#enter(condition, { ...state, active: false, retain: !state.acknowledged, value: number, atMs });
    } else if (broken !== undefined && !state?.active) {
      condition.open = [];
      this.#enter(condition, raised(condition, broken, number, atMs));
    }
  }

  #enter(condition: Condition, state: AlarmEvent): void {
    condition.count += 1;
    const event = { ...state, eventId: `${condition.id}@${state.atMs}#${condition.count}` };
    condition.state = event;
    condition.open.push(event.eventId);
    this.#remembered.push(event);
    if (this.#remembered.length > maxRemembered) this.#remembered.shift();
    for (const sink of this.#sinks) sink.push([event]);
  }
}

/** In words, or undefined while the value is within its limits. */
function brokenLimit(value: number, { high, low }: SimulatorAlarmOptions): string | undefined {
  if (high !== undefined && value > high) return `above ${high}`;
  return low !== undefined && value < low ? `below ${low}` : undefined;
}

function raised({ id, options }: Condition, broken: string, value: number, atMs: number): AlarmEvent {
  return {
    eventId: '',
    conditionId: id,
    source: options.address,
    message: `${options.name} is ${broken}`,
    severity: options.severity,
    active: true,
    acknowledged: false,
    retain: true,
    atMs,
    value,
  };
}

function historical({ eventId, source, message, severity, atMs, active, acknowledged }: AlarmEvent): HistoricalEvent {
  const what = acknowledged ? ', acknowledged' : active ? '' : ', gone';
  return { eventId, type: 'LimitAlarm', source, message: message + what, severity, atMs };
}
