import type { Clock, Timer } from '@fieldwarden/core';
import type { MqttLink, PublishFate } from '@fieldwarden/mqtt-link';
import type { Outbox, OutboxMessage, StoredMessage } from '@fieldwarden/outbox';
import { LiveQueue } from './live-queue.js';
import { PoisonGuard } from './poison-guard.js';
import { QuotaPause } from './quota-pause.js';

export interface SenderDependencies {
  readonly outbox: Pick<Outbox, 'append' | 'acknowledge' | 'drop' | 'read' | 'hasBacklog' | 'state'>;
  readonly link: Pick<MqttLink, 'room' | 'publish'>;
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly onAcknowledged: (message: StoredMessage) => void;
  /** The broker, or a limit that it named, said no; the message is dropped. */
  readonly onRefused: (message: StoredMessage, fate: Extract<PublishFate, { name: 'refused' }>) => void;
  /** The broker said not now; the message is kept, and sent again after a pause. */
  readonly onDeferred: (message: StoredMessage, fate: Extract<PublishFate, { name: 'deferred' }>) => void;
  /** Calls back when what has arrived is read: acknowledgements come many at a time, and make room for one write instead of many. */
  readonly soon: (work: () => void) => void;
  /** The message killed one connection after the other; it is in the quarantine. */
  readonly onPoison: (message: StoredMessage) => void;
}

interface InFlight {
  readonly message: StoredMessage;
  readonly sentAtMs: number;
  readonly isLive: boolean;
}

export interface SenderMemory {
  /** New messages that wait in memory before they are left to the disk: some hundred milliseconds of the fastest plant. */
  readonly liveMessages: number;
  /** Read from the outbox at a time. */
  readonly readMessages: number;
}

const usualMemory: SenderMemory = { liveMessages: 10_000, readMessages: 500 };
const liveBytes = 16 * 1024 * 1024;
const readBytes = 1024 * 1024;
/** Until the outbox is looked into again. */
const againMs = 50;

/**
 * Everything that must arrive goes through the outbox, and out of it in this order: what is new first, what waited while the broker was away
 * with what is left of the window, and within a topic always the older one first (SPEC §10.2). A message leaves the outbox when the broker has
 * acknowledged it; what was under way when a connection ended is sent again on the next.
 */
export class Sender {
  readonly #deps: SenderDependencies;
  readonly #guard = new PoisonGuard();
  readonly #quota: QuotaPause;
  readonly #memory: SenderMemory;
  readonly #live: LiveQueue;
  readonly #inFlight = new Map<number, InFlight>();
  /** Sequences in the live queue or in flight: the way over the disk leaves them out. */
  readonly #handled = new Set<number>();
  /** Topics that had nothing waiting when their first new message came: theirs may go ahead of the backlog. */
  readonly #clean = new Set<string>();
  #backlog: StoredMessage[] = [];
  /** Everything up to here was read on this connection. */
  #cursor = 0;
  /** There is something on disk that was not read on this connection. */
  #isDraining = false;
  #isConnected = false;
  #isPaused = false;
  #isPumping = false;
  #isPumpAsked = false;
  #liveInFlight = 0;
  #again: Timer | undefined;
  /** The last message that went out was a new one. */
  #wasLive = false;
  #window: number;
  #receiveMaximum = 0;

  constructor(deps: SenderDependencies, window: number, memory = usualMemory) {
    this.#deps = deps;
    this.#memory = memory;
    this.#live = new LiveQueue(memory.liveMessages, liveBytes);
    this.#window = window;
    this.#quota = new QuotaPause({ clock: deps.clock, random: deps.random, resume: () => this.pump() });
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** What it sent is known to be the reason why connections end. */
  get isToBlame(): boolean {
    return this.#guard.isToBlame;
  }

  setWindow(window: number): void {
    this.#window = window;
    this.pump();
  }

  send(message: OutboxMessage): void {
    const isLive = this.#isConnected && this.#mayGoAhead(message.topic);
    const sequence = this.#deps.outbox.append(message);
    if (sequence === 0 || !this.#isConnected) return;
    if (isLive) {
      this.#live.push({ ...message, sequence });
      this.#handled.add(sequence);
    } else this.#isDraining = true;
    this.pump();
  }

  /** A connection is there; how many messages its broker takes at a time. */
  connected(receiveMaximum: number): void {
    this.#receiveMaximum = receiveMaximum;
    this.#cursor = 0;
    this.#isDraining = this.#deps.outbox.state.pending > 0;
    this.#isConnected = true;
    this.pump();
  }

  /** The connection ended, and everything under way is lost. A second call does nothing. */
  disconnected(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#quota.reset();
    this.#again?.[Symbol.dispose]();
    this.#again = undefined;
    const unsettled = [...this.#inFlight.values()];
    const poison = this.#guard.ended(
      unsettled.map(({ message: { sequence }, sentAtMs }) => ({ sequence, sentAtMs })),
      this.#deps.clock.monotonicMs(),
    );
    const message = poison === undefined ? undefined : this.#inFlight.get(poison)?.message;
    if (message) {
      this.#deps.outbox.drop(message.sequence, 'poison');
      this.#deps.onPoison(message);
    }
    this.#inFlight.clear();
    this.#handled.clear();
    this.#clean.clear();
    this.#live.clear();
    this.#backlog = [];
    this.#liveInFlight = 0;
  }

  /** Sends nothing more; what is under way keeps its place. */
  pause(): void {
    this.#isPaused = true;
  }

  /** What waited was given up: nothing that was read of it goes out any more. */
  purged(): void {
    this.#backlog = [];
    for (let message = this.#live.shift(); message; message = this.#live.shift())
      this.#handled.delete(message.sequence);
  }

  /** Sends while there is room; called whenever there may be. */
  pump(): void {
    if (this.#isPumping || this.#isPaused || !this.#isConnected) return;
    this.#isPumping = true;
    try {
      while (this.#hasRoom()) {
        const isLive = this.#isLiveNext();
        const message = isLive ? this.#live.shift() : (this.#fromBacklog() ?? this.#live.shift());
        if (!message) return;
        this.#publish(message, isLive);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /**
   * After all that was read at once. To wait for more acknowledgements would save writes, and be waited for: a broker with Nagle's algorithm sends
   * the next one when the last was acknowledged, which the kernel does with the next write, or 40 ms later.
   */
  #pumpSoon(): void {
    if (this.#isPumpAsked) return;
    this.#isPumpAsked = true;
    this.#deps.soon(() => {
      this.#isPumpAsked = false;
      this.pump();
    });
  }

  /** Some of what the broker takes at a time is left for states. */
  #windowNow(): number {
    if (this.#guard.isCareful || this.#quota.isCareful) return 1;
    return Math.min(
      this.#window,
      Math.max(1, this.#receiveMaximum - Math.ceil(Math.min(10, this.#receiveMaximum / 4))),
    );
  }

  #hasRoom(): boolean {
    if (this.#quota.isHolding) return false;
    return this.#inFlight.size < this.#windowNow() && this.#deps.link.room > 0;
  }

  /** New ones first, but half of the window is for what waits, where something does: where it is one message, every second one. */
  #isLiveNext(): boolean {
    if (this.#live.length === 0) return false;
    if (!this.#isDraining) return true;
    const window = this.#windowNow();
    return window === 1 ? !this.#wasLive : this.#liveInFlight < Math.ceil(window / 2);
  }

  #mayGoAhead(topic: string): boolean {
    if (this.#live.isFull) this.#spill();
    if (!this.#isDraining || this.#clean.has(topic)) return true;
    if (this.#deps.outbox.hasBacklog(topic)) return false;
    this.#clean.add(topic);
    return true;
  }

  /** Leaves the whole queue to the disk, where all of it is: so its order stays what it was. */
  #spill(): void {
    for (const first of [this.#live.first, this.#backlog.at(0)]) {
      if (first) this.#cursor = Math.min(this.#cursor, first.sequence - 1);
    }
    for (let message = this.#live.shift(); message; message = this.#live.shift())
      this.#handled.delete(message.sequence);
    this.#clean.clear();
    this.#backlog = [];
    this.#isDraining = true;
  }

  #fromBacklog(): StoredMessage | undefined {
    while (this.#isDraining && this.#backlog.length === 0) {
      const read = this.#deps.outbox.read(this.#cursor, this.#memory.readMessages, readBytes);
      this.#cursor = read.at(-1)?.sequence ?? this.#cursor;
      this.#backlog = read.filter(({ sequence }) => !this.#handled.has(sequence));
      if (read.length > 0) continue;
      if (this.#isSomethingLeft()) return undefined;
      this.#isDraining = false;
      this.#clean.clear();
    }
    return this.#backlog.shift();
  }

  /** The outbox has more than it shows: a commit is under way, or its disk holds it up. It is read again from the start. */
  #isSomethingLeft(): boolean {
    if (this.#deps.outbox.state.pending <= this.#handled.size) return false;
    this.#again ??= this.#deps.clock.setTimer(() => {
      this.#again = undefined;
      this.#cursor = 0;
      this.pump();
    }, againMs);
    return true;
  }

  #publish(message: StoredMessage, isLive: boolean): void {
    const { sequence } = message;
    this.#handled.add(sequence);
    this.#inFlight.set(sequence, { message, sentAtMs: this.#deps.clock.monotonicMs(), isLive });
    if (isLive) this.#liveInFlight += 1;
    this.#wasLive = isLive;
    this.#deps.link.publish(message, (fate) => this.#settled(message, fate));
  }

  #settled(message: StoredMessage, fate: PublishFate): void {
    // What is lost is looked at when the connection is said to have ended.
    if (fate.name === 'lost') return;
    const { sequence } = message;
    if (this.#inFlight.get(sequence)?.isLive) this.#liveInFlight -= 1;
    this.#inFlight.delete(sequence);
    this.#handled.delete(sequence);
    this.#guard.settled(sequence);
    const { outbox, onAcknowledged, onRefused } = this.#deps;
    if (fate.name === 'deferred') return this.#putOff(message, fate);
    this.#quota.acknowledged();
    if (fate.name === 'acknowledged') {
      outbox.acknowledge(sequence);
      onAcknowledged(message);
    } else {
      outbox.drop(sequence, fate.reason);
      onRefused(message, fate);
    }
    this.#pumpSoon();
  }

  /** It is still in the outbox, and read again from there. */
  #putOff(message: StoredMessage, fate: Extract<PublishFate, { name: 'deferred' }>): void {
    this.#spill();
    this.#cursor = Math.min(this.#cursor, message.sequence - 1);
    this.#quota.deferred();
    this.#deps.onDeferred(message, fate);
  }
}
