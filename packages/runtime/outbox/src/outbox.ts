import { GatewayError, Turns, messageOf, type Clock, type Logger } from '@fieldwarden/core';
import { manyMessages, OutboxBox } from './box/outbox-box.js';
import { maxPayloadBytes, OutboxFile, tickMs, unreachable } from './file/outbox-file.js';
import type { OutboxMessage, StoredMessage } from './outbox-message.js';
import { dropReasons, type DropReason, type OutboxLimits, type OutboxState, type TopicState } from './outbox-state.js';

export interface OutboxOptions {
  /** `<home>/outbox.mdb`; opened once in a process, however many outboxes are in it. */
  readonly file: string;
  /** Of this outbox, for ever. Open once at a time. */
  readonly name: string;
  readonly limits: OutboxLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after each commit, and whenever there is new trouble. */
  readonly changed?: (state: OutboxState) => void;
}

/** One after the other: two that are new in a file would take the same number for their records. */
const opening = new Turns();

/** Messages that wait for somebody outside, on disk until they are acknowledged (SPEC §10.2). */
export class Outbox implements AsyncDisposable {
  readonly #file: OutboxFile;
  readonly #box: OutboxBox;
  readonly #logger: Logger;
  readonly #key: string;
  #closing: Promise<void> | undefined;

  private constructor(file: OutboxFile, box: OutboxBox, logger: Logger, key: string) {
    this.#file = file;
    this.#box = box;
    this.#logger = logger;
    this.#key = key;
  }

  /**
   * A damaged file costs what is damaged, or is set aside and begun anew; `state.trouble` says so. Rejects with kind `unreachable` when the disk does
   * not let it be read, or not take that numbers are reserved.
   */
  static open(options: OutboxOptions): Promise<Outbox> {
    return opening.take(() => Outbox.#open(options));
  }

  static async #open({ file: path, name, limits, clock, logger, changed }: OutboxOptions): Promise<Outbox> {
    const key = `${path}\0${name}`;
    if (openNames.has(key))
      throw new GatewayError({ code: 'OUTBOX_OPEN', kind: 'bug', message: `the outbox ${name} is open already` });
    openNames.add(key);
    let file: OutboxFile | undefined;
    let joined: OutboxBox | undefined;
    try {
      file = await OutboxFile.acquire(path, { clock, logger });
      const told = (): void => {
        try {
          changed?.(outbox.state);
        } catch (error) {
          logger.error(`${name}: ${messageOf(error)}`); // no commit may suffer from it
        }
      };
      const box: OutboxBox = await OutboxBox.load(file, { name, limits, clock, changed: () => told() });
      const outbox: Outbox = new Outbox(file, box, logger, key);
      file.join(box);
      joined = box;
      // Twice: should the page with the newest root be damaged, LMDB goes back by one commit.
      for (let i = 0; i < 2; i += 1) await file.commit(true);
      return outbox;
    } catch (error) {
      await file?.release(joined);
      openNames.delete(key);
      throw error;
    }
  }

  /**
   * Takes a message into the next commit, at most 100 ms later. Its sequence; 0 where it is not taken, which must not be sent: counted as `disk` where
   * neither disk nor memory has room for it, as `too-large` beyond 4 MiB. Throws kind `bug` after `close`.
   */
  append({ topic: name, payload, qos, retain, atMs }: OutboxMessage): number {
    if (this.#closing)
      throw new GatewayError({ code: 'OUTBOX_CLOSED', kind: 'bug', message: `${name}: the outbox is closed` });
    const { ledger, sequences, ageClock } = this.#box;
    const topic = ledger.topic(name);
    const refusal =
      payload.length > maxPayloadBytes ? 'too-large' : ledger.waiting.hasRoomFor(payload.length) ? undefined : 'disk';
    if (refusal) ledger.refuse(topic, refusal);
    const sequence = refusal ? 0 : sequences.give();
    if (!refusal) {
      const copy = Buffer.from(payload);
      ledger.append({ sequence, topic, payload: copy, qos, retain, atMs, appendedMs: ageClock.nowMs() });
    }
    this.#changed();
    return sequence;
  }

  /** It is gone. What is not pending (any more) is ignored. One that was not committed yet is never written. */
  acknowledge(sequence: number): void {
    if (this.#box.release(sequence, undefined)) this.#changed();
  }

  /** It is given up. `poison` keeps a copy in the quarantine. What is not pending (any more) is ignored. */
  drop(sequence: number, reason: DropReason): void {
    const copy = reason === 'poison' ? this.#box.ledger.copy(sequence) : undefined;
    if (!this.#box.release(sequence, reason)) return;
    if (copy) this.#box.quarantine.add(copy);
    this.#changed();
  }

  /**
   * Pending ones with a greater sequence, oldest first, committed or not, at least one if there is any; those in flight included. Copies. Nothing while
   * 65,536 acknowledged ones wait for a disk that refuses.
   */
  read(after: number, limit: number, maxBytes: number): readonly StoredMessage[] {
    return this.#box.ledger.read(Math.max(after, this.#box.limits.purgeTo), limit, maxBytes);
  }

  /** Whether any message of the topic is pending, those in flight included. */
  hasBacklog(topic: string): boolean {
    return (this.#box.ledger.topics.get(topic)?.pending ?? 0) > 0;
  }

  /** All that was done so far is on disk, each counter included. Rejects with kind `unreachable` when the disk refuses. */
  async flush(): Promise<void> {
    const upTo = this.#box.sequences.last;
    for (let before = -1; ;) {
      await this.#file.commit(true);
      const first = this.#box.ledger.firstWaiting;
      if (first === undefined || first > upTo) return;
      if (first === before) throw unreachable(this.#box.refusal ?? `${this.#file.path} takes no messages`);
      before = first;
    }
  }

  /** Gives up all that is pending now; how many. Rejects with kind `unreachable` when the disk refuses: then it goes on when that takes it. */
  async purge(): Promise<number> {
    const { limits, ledger, sequences } = this.#box;
    const purged = dropReasons.indexOf('purged');
    const before = ledger.dropped[purged];
    limits.purge(sequences.last);
    do await this.#file.commit(true);
    while (limits.purgeTo > 0);
    await this.flush();
    return ledger.dropped[purged] - before;
  }

  setLimits(limits: OutboxLimits): void {
    this.#box.limits.set(limits);
    this.#file.changed(0);
  }

  get state(): OutboxState {
    const { ledger, sequences, limits } = this.#box;
    const counts = dropReasons.map((reason, index) => [reason, ledger.dropped[index]] as const);
    return {
      pending: ledger.pending,
      bytes: ledger.bytes,
      fileBytes: this.#file.fileBytes,
      oldestAtMs: ledger.pending === 0 ? null : (limits.oldest?.atMs ?? null),
      dropped: Object.fromEntries(counts) as Record<DropReason, number>,
      durableUpTo: (ledger.firstWaiting ?? sequences.last + 1) - 1,
      trouble: this.#trouble(),
    };
  }

  /** Those with most pending first, then with most dropped. */
  topics(limit: number): readonly TopicState[] {
    return this.#box.ledger.topics.first(limit);
  }

  /** Of all topics that it has had and not forgotten, oldest first. */
  topicNames(): readonly string[] {
    return [...this.#box.ledger.topics.all()].map(({ name }) => name);
  }

  /** The topic and its counters; what was dropped of it stays in the sum. Without effect while messages of it are pending. */
  forget(topic: string): void {
    if (this.#box.ledger.forget(topic)) this.#changed();
  }

  /** The newest first. Copies. */
  quarantined(limit: number): readonly StoredMessage[] {
    return this.#box.quarantine.newest(limit);
  }

  /** Writes what waits and lets go of the file. Never rejects. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#box.sequences.giveBack();
    await this.flush().catch(() => undefined); // told
    const lost = this.#box.ledger.waiting.size;
    if (lost > 0) this.#logger.error(`${lost} messages are lost: ${this.#file.path} cannot be written`);
    await this.#file.release(this.#box);
    openNames.delete(this.#key);
  }

  #changed(): void {
    this.#file.changed(this.#box.ledger.waiting.size >= manyMessages ? 0 : tickMs);
  }

  #trouble(): string | null {
    const { damaged } = this.#box.ledger;
    const records = damaged === 0 ? undefined : `${damaged} messages in ${this.#file.path} were damaged, and are lost`;
    const told = [this.#file.damage, records, this.#box.refusal ?? undefined].filter((text) => text !== undefined);
    return told.length === 0 ? null : told.join('. ');
  }
}

const openNames = new Set<string>();
