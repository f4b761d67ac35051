import { type GatewayError, ValueColumns } from '@fieldwarden/core';
import type {
  AlarmSink,
  AlarmSubscription,
  Point,
  ReadPlan,
  Subscription,
  UpdateBatch,
  UpdateSink,
} from '@fieldwarden/driver';
import { copyColumns, copyRows, type ColumnsHeader } from '../wire/columns-codec.js';
import type { AlarmsMessage, PreparePlanMessage } from '../messages.js';
import type { CapabilityRequest } from '../requests.js';

/** Points in one `prepare-plan` message, so that a plan of any size stays far below the frame limit. */
const pointsPerMessage = 5_000;

/** Messages of one subscription that may be under way. */
export const subscriptionCredits = 8;

/** A plan as the caller holds it: its number is what crosses the boundary. Survives respawns. */
export class RemotePlan implements ReadPlan {
  readonly id: number;
  readonly deviceId: string;
  readonly points: readonly Point[];

  constructor(id: number, deviceId: string, points: readonly Point[]) {
    this.id = id;
    this.deviceId = deviceId;
    this.points = points;
  }
}

/** A subscription as the caller holds it, to values or to alarms. Survives respawns. */
export abstract class LiveSubscription implements Subscription, AlarmSubscription {
  readonly id: number;
  readonly deviceId: string;
  /** The device accepted it once: from then on it is renewed after every respawn. */
  accepted = false;
  #consumed = 0;

  constructor(id: number, deviceId: string) {
    this.id = id;
    this.deviceId = deviceId;
  }

  /** Messages to be sent ahead of the request that establishes it. */
  abstract preparation(): readonly PreparePlanMessage[];

  abstract request(): CapabilityRequest;

  abstract endRequest(): CapabilityRequest;

  /** Tells whoever subscribed that nothing comes any more. */
  abstract fail(error: GatewayError): void;

  /** Counts one consumed message; the credits to give back now, in lots to spare messages. */
  consumedCredits(): number {
    this.#consumed += 1;
    if (this.#consumed < subscriptionCredits / 2) return 0;
    const amount = this.#consumed;
    this.#consumed = 0;
    return amount;
  }

  resetCredits(): void {
    this.#consumed = 0;
  }
}

/** Values: points, and where their updates go. */
export class RemoteSubscription extends LiveSubscription {
  readonly points: readonly Point[];
  readonly #sink: UpdateSink;
  readonly #batch: { length: number; rows: Uint32Array; columns: ValueColumns };

  constructor(id: number, deviceId: string, points: readonly Point[], sink: UpdateSink) {
    super(id, deviceId);
    this.points = points;
    this.#sink = sink;
    this.#batch = { length: 0, rows: new Uint32Array(0), columns: new ValueColumns(0) };
  }

  override preparation(): readonly PreparePlanMessage[] {
    return preparePlanMessages('subscribe', this.id, this.deviceId, this.points);
  }

  override request(): CapabilityRequest {
    return { capability: 'subscribe', plan: this.id, credits: subscriptionCredits };
  }

  override endRequest(): CapabilityRequest {
    return { capability: 'unsubscribe', plan: this.id };
  }

  /** Throws kind `protocol` for a batch that does not fit. */
  decode(header: ColumnsHeader, payload: Uint8Array): UpdateBatch {
    const batch = this.#batch;
    if (batch.columns.length < header.length) {
      batch.columns = new ValueColumns(header.length);
      batch.rows = new Uint32Array(header.length);
    }
    batch.columns.objects?.clear();
    copyRows(header, payload, batch.rows, this.points.length);
    copyColumns(header, payload, batch.columns);
    batch.length = header.length;
    return batch;
  }

  push(batch: UpdateBatch): void {
    this.#sink.push(batch);
  }

  override fail(error: GatewayError): void {
    this.#sink.fail(error);
  }
}

/** Alarms of a device, and where they go. */
export class RemoteAlarmSubscription extends LiveSubscription {
  readonly #sink: AlarmSink;

  constructor(id: number, deviceId: string, sink: AlarmSink) {
    super(id, deviceId);
    this.#sink = sink;
  }

  override preparation(): readonly PreparePlanMessage[] {
    return [];
  }

  override request(): CapabilityRequest {
    const { id: subscription, deviceId } = this;
    return { capability: 'subscribeAlarms', deviceId, subscription, credits: subscriptionCredits };
  }

  override endRequest(): CapabilityRequest {
    return { capability: 'unsubscribeAlarms', deviceId: this.deviceId, subscription: this.id };
  }

  deliver({ events, lost }: AlarmsMessage): void {
    if (events.length > 0) this.#sink.push(events);
    if (lost > 0) this.#sink.lost(lost);
  }

  override fail(error: GatewayError): void {
    this.#sink.fail(error);
  }
}

export function preparePlanMessages(
  purpose: PreparePlanMessage['purpose'],
  plan: number,
  deviceId: string,
  points: readonly Point[],
): PreparePlanMessage[] {
  const messages: PreparePlanMessage[] = [];
  for (let from = 0; from < points.length || from === 0; from += pointsPerMessage) {
    const to = from + pointsPerMessage;
    const last = to >= points.length;
    messages.push({ type: 'prepare-plan', plan, purpose, deviceId, points: points.slice(from, to), last });
  }
  return messages;
}
