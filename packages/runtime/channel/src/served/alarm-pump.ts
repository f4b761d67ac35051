import { errorToData, isGatewayError, type GatewayError, type GatewayErrorData } from '@fieldwarden/core';
import type { AlarmEvent, AlarmSink } from '@fieldwarden/driver';
import { encodeControl } from '../wire/control-codec.js';
import type { AlarmsFailedMessage } from '../messages.js';

/** Alarms of one subscription that may wait for the Supervisor. */
const maxWaiting = 1_000;

const eventsPerMessage = 100;

/** What an alarm pump needs of the channel. */
export interface AlarmPort {
  /** False while the transport is full. */
  writable(): boolean;
  sendFrame(frame: Uint8Array): void;
  sendAlarmsFailed(message: AlarmsFailedMessage): void;
  /** Alarms came from the device; for the counters of `pong`. */
  pushed(): void;
  lostAlarms(count: number): void;
}

/**
 * The alarm sink that a session in a Host pushes to. Alarms wait in their order while the Supervisor has no credits to give; none
 * stands for another, so that nothing is conflated. What finds the queue full is lost, counted, and told as soon as the queue is
 * empty: the subscriber then knows that it has to ask anew.
 */
export class AlarmPump implements AlarmSink {
  readonly #port: AlarmPort;
  readonly #subscription: number;
  readonly #waiting: AlarmEvent[] = [];
  #failure: GatewayErrorData | undefined;
  #lost = 0;
  #credits: number;
  #ended = false;

  constructor(port: AlarmPort, subscription: number, credits: number) {
    this.#port = port;
    this.#subscription = subscription;
    this.#credits = credits;
  }

  push(events: readonly AlarmEvent[]): void {
    if (this.#ended) return;
    this.#port.pushed();
    // What would pass a loss or a failure that is still to be told, is lost itself.
    const room = this.#lost > 0 || this.#failure ? 0 : maxWaiting - this.#waiting.length;
    for (const event of events.slice(0, room)) this.#waiting.push(event);
    this.#lose(events.length - Math.min(room, events.length));
    this.resume();
  }

  lost(count: number): void {
    if (this.#ended) return;
    this.#lose(count);
    this.resume();
  }

  fail(error: GatewayError): void {
    if (this.#ended) return;
    this.#failure = errorToData(error);
    this.resume();
  }

  addCredits(amount: number): void {
    this.#credits += amount;
    this.resume();
  }

  /** Sends what waits, as far as credits and the transport allow: alarms, then the failure, then how many were lost. */
  resume(): void {
    while (this.#waiting.length > 0 && this.#maySend()) this.#send(this.#waiting.splice(0, eventsPerMessage));
    if (this.#waiting.length > 0) return;
    this.#tellFailure();
    if (this.#lost > 0 && this.#maySend()) this.#tellLoss();
  }

  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
    this.#lost = 0;
    this.#failure = undefined;
  }

  #maySend(): boolean {
    return this.#credits > 0 && this.#port.writable();
  }

  /** Halves until each part fits; an alarm that fits no frame is lost, not silently. */
  #send(events: readonly AlarmEvent[]): void {
    try {
      this.#message(events, 0);
    } catch (error) {
      if (!isGatewayError(error) || error.code !== 'CHANNEL_MESSAGE_TOO_LARGE') throw error;
      if (events.length === 1) return this.#lose(1);
      const middle = events.length >>> 1;
      this.#send(events.slice(0, middle));
      this.#send(events.slice(middle));
    }
  }

  #message(events: readonly AlarmEvent[], lost: number): void {
    const frame = encodeControl({ type: 'alarms', subscription: this.#subscription, events, lost });
    this.#credits -= 1;
    this.#port.sendFrame(frame);
  }

  #tellFailure(): void {
    const error = this.#failure;
    if (!error) return;
    this.#failure = undefined;
    this.#port.sendAlarmsFailed({ type: 'alarms-failed', subscription: this.#subscription, error });
  }

  #tellLoss(): void {
    this.#message([], this.#lost);
    this.#lost = 0;
  }

  #lose(count: number): void {
    if (count === 0) return;
    this.#lost += count;
    this.#port.lostAlarms(count);
  }
}
