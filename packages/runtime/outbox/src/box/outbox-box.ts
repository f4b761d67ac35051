import type { Clock } from '@fieldwarden/core';
import { tickMs, type OutboxFile } from '../file/outbox-file.js';
import type { OutboxTransaction } from '../file/outbox-database.js';
import type { OutboxPart, TickBounds } from '../file/outbox-part.js';
import { dropReasons, type DropReason, type OutboxLimits } from '../outbox-state.js';
import { AgeClock } from './age-clock.js';
import { findBox, writeBox } from './box-header.js';
import { loadLedger } from './load-ledger.js';
import type { MessageLedger } from './message-ledger.js';
import { MessageLimits } from './message-limits.js';
import { Quarantine } from './quarantine.js';
import { Sequences } from './sequences.js';

/** So many messages wait for no tick. */
export const manyMessages = 1_000;

/** The outbox's clock is written at least so often while messages wait: what the wall clock moves on after that counts as age at the next start. */
const clockWriteMs = 600_000;

/** One outbox of a file: its messages, and when and what of them is written. */
export class OutboxBox implements OutboxPart {
  readonly ledger: MessageLedger;
  readonly limits: MessageLimits;
  readonly quarantine: Quarantine;
  readonly sequences: Sequences;
  readonly ageClock: AgeClock;
  refusal: string | null = null;
  readonly #name: string;
  readonly #number: number;
  readonly #clock: Clock;
  readonly #changed: () => void;
  #writtenMs: number;

  private constructor(
    name: string,
    number: number,
    parts: Pick<OutboxBox, 'ledger' | 'limits' | 'quarantine' | 'sequences' | 'ageClock'>,
    clock: Clock,
    changed: () => void,
  ) {
    this.#name = name;
    this.#number = number;
    this.ledger = parts.ledger;
    this.limits = parts.limits;
    this.quarantine = parts.quarantine;
    this.sequences = parts.sequences;
    this.ageClock = parts.ageClock;
    this.#clock = clock;
    this.#changed = changed;
    this.#writtenMs = clock.monotonicMs();
  }

  /** `changed`: after each commit and with each new trouble. */
  static async load(
    { database }: OutboxFile,
    { name, limits, clock, changed }: { name: string; limits: OutboxLimits; clock: Clock; changed: () => void },
  ): Promise<OutboxBox> {
    const { number, record } = findBox(database, name);
    const dropped = record && dropReasons.map((reason) => record.dropped[reason]);
    const { ledger, lastSequence } = await loadLedger(database, number, dropped);
    const first = record?.reservedTo ?? Sequences.firstAt(clock.wallMs());
    const parts = {
      ledger,
      limits: new MessageLimits(ledger, limits),
      quarantine: new Quarantine(database, number),
      sequences: new Sequences(Math.max(first, lastSequence + 1)),
      ageClock: new AgeClock(clock, record),
    };
    parts.limits.look();
    return new OutboxBox(name, number, parts, clock, changed);
  }

  get dueInMs(): number {
    const { ledger } = this;
    const nowMs = this.#clock.monotonicMs();
    const clockDueMs = ledger.pending === 0 ? Infinity : Math.max(0, this.#writtenMs + clockWriteMs - nowMs);
    if (ledger.waiting.size >= manyMessages) return 0;
    const mustMs = ledger.mustBeWritten || this.quarantine.isChanged ? tickMs : Infinity;
    const limitMs = this.limits.dueInMs(this.ageClock.nowMs());
    return Math.min(mustMs, limitMs, clockDueMs, ledger.topicWrites.dueInMs(nowMs));
  }

  get waitingBytes(): number {
    return this.ledger.waiting.bytes;
  }

  /** `reason` undefined: acknowledged. */
  release(sequence: number, reason: DropReason | undefined): boolean {
    return this.ledger.release(sequence, reason, this.#clock.monotonicMs());
  }

  beforeTick(): void {
    this.limits.apply(this.ageClock.nowMs(), this.#clock.monotonicMs());
  }

  write(transaction: OutboxTransaction, bounds: TickBounds): void {
    if (!bounds.everything && this.dueInMs > tickMs) return;
    this.ledger.write(transaction, this.#clock.monotonicMs(), bounds);
    this.quarantine.write(transaction);
    const counts = dropReasons.map((reason, index) => [reason, this.ledger.dropped[index]] as const);
    writeBox(transaction, this.#number, {
      name: this.#name,
      reservedTo: this.sequences.reserve(),
      clockMs: this.ageClock.nowMs(),
      wallMs: this.#clock.wallMs(),
      dropped: Object.fromEntries(counts) as Record<DropReason, number>,
    });
  }

  written(): void {
    this.#writtenMs = this.#clock.monotonicMs();
    this.ledger.written();
    this.quarantine.written();
    this.limits.look();
    this.#changed();
  }

  notWritten(): void {
    this.ledger.notWritten();
    this.quarantine.notWritten();
  }

  trouble(text: string | null): void {
    this.refusal = text;
    this.#changed();
  }
}
