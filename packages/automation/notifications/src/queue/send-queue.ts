import type { Clock } from '@fieldwarden/core';
import { messageOf } from '@fieldwarden/core';
import type { ServiceTable } from '@fieldwarden/service';
import { randomUUID } from 'node:crypto';
import { SendFailure, type Channel } from '../channels/channel.js';
import type { Notification } from '../message/notification.js';
import { receiverOf, type DeadLetter, type Queued } from './queued.js';
import { quietUntilMs } from './quiet-hours.js';

/** Most that wait; beyond it the oldest become dead letters. */
const maxQueued = 10_000;
/** Most alarms in one message. */
const maxTogether = 500;
/** What could not be sent for so long is given up. */
const maxAgeMs = 24 * 3_600_000;
const firstPauseMs = 1_000;
const longestPauseMs = 300_000;

export interface SendQueueDependencies {
  readonly table: ServiceTable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly site: string;
  readonly channel: (id: string) => Channel | undefined;
  readonly consolidationMs: () => number;
  readonly sent: (channelId: string, alarms: number) => void;
  /** It did not work, and will be tried again. */
  readonly failed: (channelId: string, message: string, attempts: number) => void;
  readonly dead: (letter: DeadLetter) => void;
  /** Something may be due at another time now. */
  readonly changed: () => void;
}

/**
 * What is still to be sent, durable. At most once: a message is marked on the disk before it leaves, and what is found marked after a
 * crash is not sent again, since nobody knows whether it arrived. One message of a channel at a time.
 */
export class SendQueue {
  readonly #deps: SendQueueDependencies;
  readonly #queued = new Map<string, Queued>();
  /** By receiver: before this, what comes is gathered. */
  readonly #gatherUntilMs = new Map<string, number>();
  readonly #sending = new Map<string, Promise<void>>();
  #isEnding = false;

  constructor(dependencies: SendQueueDependencies) {
    this.#deps = dependencies;
  }

  get size(): number {
    return this.#queued.size;
  }

  waitingFor(channelId: string): number {
    return [...this.#queued.values()].filter((each) => each.channelId === channelId).length;
  }

  /** Takes over what a process before has left. */
  async restore(): Promise<void> {
    const lost: Queued[] = [];
    for (const [id, value] of await this.#deps.table.entries()) {
      const queued = value as Queued;
      if (queued.sendingIn === null) this.#queued.set(id, queued);
      else {
        lost.push(queued);
        this.#deps.table.delete(id);
      }
    }
    const message = 'the gateway ended while this was being sent; it may have arrived, and is not sent again';
    for (const one of groups(lost, ({ sendingIn }) => sendingIn!)) this.#bury(one, 'unknown', message);
  }

  add(queued: Omit<Queued, 'queuedAtMs' | 'notBeforeMs' | 'attempts' | 'sendingIn'>): void {
    if (this.#queued.size >= maxQueued) this.#dropOldest();
    const nowMs = this.#deps.clock.wallMs();
    this.#put(randomUUID(), { ...queued, queuedAtMs: nowMs, notBeforeMs: nowMs, attempts: 0, sendingIn: null });
  }

  /** The alarm calls for nobody any more. What is being sent is. */
  withdraw(key: string): void {
    for (const [id, queued] of this.#queued) if (queued.key === key && queued.sendingIn === null) this.#remove(id);
  }

  /** Sends what is due. */
  pump(): void {
    if (this.#isEnding) return;
    const nowMs = this.#deps.clock.wallMs();
    for (const [channelId, due] of this.#dueByChannel(nowMs)) {
      if (this.#sending.has(channelId)) continue;
      const sending = this.#send(channelId, due).finally(() => {
        this.#sending.delete(channelId);
        this.#deps.changed();
      });
      this.#sending.set(channelId, sending);
    }
  }

  /** ms since 1970 UTC; Infinity: nothing waits, or only for what is being sent. */
  nextDueMs(): number {
    let nextMs = Infinity;
    for (const queued of this.#queued.values()) {
      if (queued.sendingIn !== null || this.#sending.has(queued.channelId)) continue;
      nextMs = Math.min(nextMs, this.#dueMs(queued));
    }
    return nextMs;
  }

  /** What is being sent comes to its end. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#sending.values());
  }

  #dueMs(queued: Queued): number {
    const gatheredMs = this.#gatherUntilMs.get(receiverOf(queued)) ?? 0;
    const dueMs = Math.max(queued.notBeforeMs, gatheredMs);
    return queued.quietHours === null ? dueMs : quietUntilMs(queued.quietHours, dueMs);
  }

  /** Of each channel the receivers' whose turn it is: all that waits for them goes together. */
  #dueByChannel(nowMs: number): ReadonlyMap<string, readonly string[]> {
    const due = new Map<string, { readonly receiver: string; readonly ids: string[] }>();
    for (const [id, queued] of this.#queued) {
      if (queued.sendingIn !== null || this.#dueMs(queued) > nowMs) continue;
      const receiver = receiverOf(queued);
      const chosen = due.get(queued.channelId) ?? { receiver, ids: [] };
      if (chosen.receiver === receiver && chosen.ids.length < maxTogether) chosen.ids.push(id);
      due.set(queued.channelId, chosen);
    }
    return new Map([...due].map(([channelId, { ids }]) => [channelId, ids]));
  }

  async #send(channelId: string, ids: readonly string[]): Promise<void> {
    const { clock, channel, consolidationMs, table, site } = this.#deps;
    const message = randomUUID();
    const queued = ids.map((id) => this.#queued.get(id)!);
    for (const [i, id] of ids.entries()) this.#put(id, { ...queued[i], sendingIn: message });
    this.#gatherUntilMs.set(receiverOf(queued[0]), clock.wallMs() + consolidationMs());
    try {
      // Where the disk refuses people are told all the same: only a crash right now could tell them twice.
      await table.settled().catch(() => undefined);
      const to = channel(channelId);
      if (!to) throw new SendFailure('refused', 'there is no such channel any more');
      await to.send(notificationOf(message, site, clock.wallMs(), queued), queued[0].to);
      for (const id of ids) this.#remove(id);
      this.#deps.sent(channelId, ids.length);
    } catch (error) {
      this.#failed(channelId, ids, queued, error);
    }
    await table.settled().catch(() => undefined);
  }

  #failed(channelId: string, ids: readonly string[], queued: readonly Queued[], error: unknown): void {
    const outcome = error instanceof SendFailure ? error.outcome : 'unknown';
    const message = messageOf(error);
    if (outcome !== 'not-sent') {
      for (const id of ids) this.#remove(id);
      return this.#bury(queued, outcome, message);
    }
    const nowMs = this.#deps.clock.wallMs();
    const expired = queued.filter(({ queuedAtMs }) => nowMs - queuedAtMs >= maxAgeMs);
    for (const [i, id] of ids.entries()) {
      const attempts = queued[i].attempts + 1;
      if (expired.includes(queued[i])) this.#remove(id);
      else this.#put(id, { ...queued[i], attempts, notBeforeMs: nowMs + this.#pauseMs(attempts), sendingIn: null });
    }
    // What did not leave was no message: the next attempt waits for its pause only.
    this.#gatherUntilMs.delete(receiverOf(queued[0]));
    if (expired.length > 0) this.#bury(expired, 'expired', message);
    this.#deps.failed(channelId, message, queued[0].attempts + 1);
  }

  /** Doubling, ±20 %. */
  #pauseMs(attempts: number): number {
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts - 1, 20));
    return pauseMs * (0.8 + 0.4 * this.#deps.random());
  }

  #dropOldest(): void {
    const oldest = [...this.#queued].find(([, { sendingIn }]) => sendingIn === null);
    if (!oldest) return;
    this.#remove(oldest[0]);
    this.#bury([oldest[1]], 'dropped', `more than ${maxQueued} notifications wait`);
  }

  #bury(queued: readonly Queued[], result: DeadLetter['result'], message: string): void {
    const [{ channelId, to }] = queued;
    const at = new Date(this.#deps.clock.wallMs()).toISOString();
    this.#deps.dead({ at, channel: channelId, to, alarms: queued.map(({ alarm }) => alarm), result, message });
  }

  #put(id: string, queued: Queued): void {
    this.#queued.set(id, queued);
    this.#deps.table.put(id, queued);
  }

  #remove(id: string): void {
    this.#queued.delete(id);
    this.#deps.table.delete(id);
  }
}

function notificationOf(id: string, site: string, wallMs: number, queued: readonly Queued[]): Notification {
  // Two steps that are due together for one receiver tell one alarm once.
  const alarms = new Map(queued.map(({ key, alarm }) => [key, alarm]));
  const at = new Date(wallMs).toISOString();
  return { schema: 'fieldwarden/notification@1', id, site, at, test: false, alarms: [...alarms.values()] };
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  return [...Map.groupBy(items, keyOf).values()];
}
