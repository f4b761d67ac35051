import { errorToData, GatewayError } from '@fieldwarden/core';
import type { UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import { updateFrames } from '../wire/batch-frames.js';
import type { UpdateFailedMessage } from '../messages.js';
import { WaitingRows } from './waiting-rows.js';

/** Rows in one update frame: 28 bytes each at most, so far below the frame limit unless objects are large. */
const rowsPerFrame = 16_384;

/** What a pump needs of the channel. */
export interface PumpPort {
  /** False while the transport is full. */
  writable(): boolean;
  sendFrame(frame: Uint8Array): void;
  sendFailure(message: UpdateFailedMessage): void;
  /** A batch came from the device; for the counters of `pong`. */
  pushed(): void;
  /** Values that newer ones replaced before they could be sent. */
  conflated(values: number): void;
}

/**
 * The sink that a session in a Host pushes to. While the Supervisor has credits to give, updates go out as they come; without,
 * the newest value of each point waits and older ones are overwritten and counted.
 */
export class UpdatePump implements UpdateSink {
  readonly #port: PumpPort;
  readonly #subscription: number;
  readonly #points: number;
  readonly #waiting: WaitingRows;
  #credits: number;
  #ended = false;

  constructor(port: PumpPort, subscription: number, points: number, credits: number) {
    this.#port = port;
    this.#subscription = subscription;
    this.#points = points;
    this.#credits = credits;
    this.#waiting = new WaitingRows(points);
  }

  /** Throws kind `bug` for a row that the subscription does not have. */
  push(batch: UpdateBatch): void {
    if (this.#ended) return;
    this.#assertRows(batch);
    this.#port.pushed();
    const sent = this.#waiting.count === 0 ? this.#sendNow(batch) : 0;
    if (sent < batch.length) this.#port.conflated(this.#waiting.merge(batch, sent));
  }

  fail(error: GatewayError): void {
    if (this.#ended) return;
    // Values from before the failure must not follow it and turn the points Good again.
    this.#port.conflated(this.#waiting.clear());
    this.#port.sendFailure({ type: 'update-failed', subscription: this.#subscription, error: errorToData(error) });
  }

  addCredits(amount: number): void {
    this.#credits += amount;
    this.resume();
  }

  /** Sends what waits, as far as credits and the transport allow. */
  resume(): void {
    while (this.#waiting.count > 0 && this.#maySend()) {
      const batch = this.#waiting.take(rowsPerFrame);
      this.#send(batch, 0, batch.length);
    }
  }

  end(): void {
    this.#ended = true;
    this.#waiting.clear();
  }

  #sendNow(batch: UpdateBatch): number {
    let from = 0;
    while (from < batch.length && this.#maySend()) {
      const to = Math.min(from + rowsPerFrame, batch.length);
      this.#send(batch, from, to);
      from = to;
    }
    return from;
  }

  #maySend(): boolean {
    return this.#credits > 0 && this.#port.writable();
  }

  /** One credit per frame; a batch whose objects are too large for one goes in halves, which overdraws for a moment. */
  #send({ columns, rows }: UpdateBatch, from: number, to: number): void {
    for (const frame of updateFrames(this.#subscription, columns, rows, from, to)) {
      this.#credits -= 1;
      this.#port.sendFrame(frame);
    }
  }

  #assertRows({ rows, length }: UpdateBatch): void {
    for (let index = 0; index < length; index += 1) {
      if (rows[index] < this.#points) continue;
      const message = `the driver reports row ${rows[index]} of a subscription of ${this.#points} points`;
      throw new GatewayError({ code: 'UPDATE_ROW_OUT_OF_RANGE', kind: 'bug', message });
    }
  }
}
