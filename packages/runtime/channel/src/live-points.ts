import { type GatewayError, ValueColumns } from '@fieldwarden/core';
import type { Point, ReadPlan, Subscription, UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import { copyColumns, copyRows, type ColumnsHeader } from './columns-codec.js';
import type { PreparePlanMessage } from './messages.js';

/** Points in one `prepare-plan` message, so that a plan of any size stays far below the frame limit. */
const pointsPerMessage = 5_000;

/** Update messages of one subscription that may be under way. */
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

/** A subscription as the caller holds it, and where its updates go. Survives respawns. */
export class RemoteSubscription implements Subscription {
  readonly id: number;
  readonly deviceId: string;
  readonly points: readonly Point[];
  readonly #sink: UpdateSink;
  readonly #batch: { length: number; rows: Uint32Array; columns: ValueColumns };
  #consumed = 0;
  /** The device accepted it once: from then on it is renewed after every respawn. */
  accepted = false;

  constructor(id: number, deviceId: string, points: readonly Point[], sink: UpdateSink) {
    this.id = id;
    this.deviceId = deviceId;
    this.points = points;
    this.#sink = sink;
    this.#batch = { length: 0, rows: new Uint32Array(0), columns: new ValueColumns(0) };
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

  /** Counts one consumed update; the credits to give back now, in lots to spare messages. */
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

  push(batch: UpdateBatch): void {
    this.#sink.push(batch);
  }

  fail(error: GatewayError): void {
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
