import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { GatewayError, messageOf, Turns, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import { proveOrSetAside } from '@fieldwarden/storage/lmdb';
import { OutboxDatabase } from './outbox-database.js';
import type { OutboxPart, TickBounds } from './outbox-part.js';
import { reserveBytes, RoomAhead } from './room-ahead.js';

export interface OutboxFileOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is due within it goes with a commit. With the disk's own time a change is on disk within 100 ms. */
export const tickMs = 50;

/** While the disk refuses. */
const retryMs = 1_000;

/** Of one message. */
export const maxPayloadBytes = 4 << 20;

/** In one transaction: some 10 ms of the main thread. */
const tickAppendBytes = maxPayloadBytes;

/** On a full disk, as long as the room ahead is nearly whole: from pages within the file. */
const fullDiskAppendBytes = 64 << 10;

/** Room that new messages take, by their payloads: pages half full, topics, counters. */
const growth = 2;

/** One LMDB file for all outboxes of a process: one transaction a tick holds what all of them changed (SPEC §10.2). */
export class OutboxFile {
  readonly path: string;
  readonly database: OutboxDatabase;
  /** What did not survive, in a sentence. */
  readonly damage: string | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #room: RoomAhead;
  readonly #parts = new Set<OutboxPart>();
  readonly #turns = new Turns();
  #timer: Timer | undefined;
  #timerDueMs = 0;
  #isTickDue = false;
  #refusal: string | null = null;
  #refusedAtMs = -Infinity;
  #fullAtMs = -Infinity;
  #users = 0;
  #closing: Promise<void> | undefined;

  private constructor(
    path: string,
    database: OutboxDatabase,
    damage: string | undefined,
    { clock, logger }: OutboxFileOptions,
  ) {
    this.path = path;
    this.database = database;
    this.damage = damage;
    this.#clock = clock;
    this.#logger = logger;
    this.#room = new RoomAhead(path);
  }

  /** The one of this process; to be released. Rejects with kind `unreachable` when the disk does not let it be opened. */
  static async acquire(path: string, options: OutboxFileOptions): Promise<OutboxFile> {
    await openFiles.get(path)?.closing; // a predecessor that is about to let go
    const entry = openFiles.get(path) ?? { file: OutboxFile.#open(path, options) };
    openFiles.set(path, entry);
    try {
      const file = await entry.file;
      file.#users += 1;
      return file;
    } catch (error) {
      if (openFiles.get(path) === entry) openFiles.delete(path);
      throw error;
    }
  }

  static async #open(path: string, options: OutboxFileOptions): Promise<OutboxFile> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // By the package's own name: also found when this module runs from its source.
      const program = createRequire(import.meta.url).resolve('@fieldwarden/outbox/prove-outbox');
      const request = { path, program, clock: options.clock, timeoutMs: 600_000 };
      const damage = await proveOrSetAside(request, 'the messages in it are lost, and new ones go into a new file');
      if (damage !== undefined) options.logger.error(damage);
      return new OutboxFile(path, await OutboxDatabase.open(path), damage, options);
    } catch (error) {
      throw unreachable(`${path} cannot be opened: ${messageOf(error)}. Check the disk of the home directory`, error);
    }
  }

  get fileBytes(): number {
    return this.#room.fileBytes;
  }

  join(part: OutboxPart): void {
    this.#parts.add(part);
    part.trouble(this.#refusal);
  }

  /** The last one to release it closes it. */
  async release(part?: OutboxPart): Promise<void> {
    if (part) this.#parts.delete(part);
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#closing = this.#turns.take(() => this.#close());
    const entry = openFiles.get(this.path);
    if (entry) entry.closing = this.#closing;
    await this.#closing;
    if (openFiles.get(this.path) === entry) openFiles.delete(this.path);
  }

  /** Something changed that is to be written in so many ms; see `OutboxPart.dueInMs`. */
  changed(dueInMs: number): void {
    if (this.#isTickDue || this.#closing || dueInMs === Infinity) return;
    const retryInMs = Math.max(this.#refusedAtMs, this.#fullAtMs) + retryMs - this.#clock.monotonicMs();
    this.#tickWithin(Math.max(dueInMs, retryInMs));
  }

  /** A commit that holds all that was changed by now and that has room. Rejects with kind `unreachable`. */
  async commit(everything: boolean): Promise<void> {
    await this.#turns.take(() => this.#tick(everything));
  }

  #tickWithin(delayMs: number): void {
    const dueMs = this.#clock.monotonicMs() + delayMs;
    if (this.#timer && this.#timerDueMs <= dueMs) return;
    this.#stopTimer();
    if (delayMs <= 0) {
      this.#tickSoon();
      return;
    }
    this.#timerDueMs = dueMs;
    this.#timer = this.#clock.setTimer(() => this.#tickSoon(), delayMs);
    this.#timer.unref(); // whoever ends says `close`
  }

  #tickSoon(): void {
    this.#stopTimer();
    this.#isTickDue = true;
    void this.commit(false)
      .catch(() => undefined) // told, and tried again
      .finally(() => {
        this.#isTickDue = false;
        this.changed(this.#dueInMs());
      });
  }

  #dueInMs(): number {
    return Math.min(...[...this.#parts].map((part) => part.dueInMs), Infinity);
  }

  async #tick(everything: boolean): Promise<void> {
    const parts = [...this.#parts];
    for (const part of parts) part.beforeTick();
    if (!everything && this.#dueInMs() > tickMs) return;
    try {
      const bounds = { everything, appendBytes: await this.#appendBytes(parts) };
      await this.database.commit((transaction) => writeParts(parts, transaction, bounds));
    } catch (error) {
      this.#refusedAtMs = this.#clock.monotonicMs();
      for (const part of parts) part.notWritten();
      throw this.#refused(error);
    }
    this.#refusedAtMs = -Infinity;
    for (const part of parts) part.written();
    if (this.#fullAtMs === -Infinity) this.#tellTrouble(null);
  }

  /** What may be appended, after it was tried to keep the room ahead whole. */
  async #appendBytes(parts: readonly OutboxPart[]): Promise<number> {
    const waiting = Math.min(
      tickAppendBytes,
      parts.reduce((sum, part) => sum + part.waitingBytes, 0),
    );
    const used = this.database.usedFileBytes;
    const wanted = reserveBytes + growth * waiting;
    const mayGrow = this.#clock.monotonicMs() >= this.#fullAtMs + retryMs;
    const ahead = await this.#room.ensure(used, mayGrow ? wanted : 0);
    if (ahead >= wanted) {
      this.#fullAtMs = -Infinity;
      return tickAppendBytes;
    }
    if (mayGrow) this.#fullAtMs = this.#clock.monotonicMs();
    this.#tellTrouble(`${this.path} cannot grow: the disk is full. ${whatBecomes}`);
    return ahead >= 0.75 * reserveBytes ? fullDiskAppendBytes : 0;
  }

  #refused(error: unknown): GatewayError {
    const reason = `${this.path} cannot be written: ${messageOf(error)}`;
    this.#tellTrouble(`${reason}. ${whatBecomes}`);
    return unreachable(reason, error);
  }

  #tellTrouble(text: string | null): void {
    if (this.#refusal === text) return;
    this.#refusal = text;
    if (text !== null) this.#logger.error(text);
    else this.#logger.info(`${this.path} is written again`);
    for (const part of this.#parts) part.trouble(text);
  }

  async #close(): Promise<void> {
    this.#stopTimer();
    await this.database.close().catch((error: unknown) => this.#logger.warn(`${this.path}: ${messageOf(error)}`));
  }

  #stopTimer(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}

const whatBecomes =
  'Make room on it: until then new messages wait in memory, and what finds no room there is dropped and counted as `disk`';

interface OpenFile {
  readonly file: Promise<OutboxFile>;
  closing?: Promise<void>;
}

const openFiles = new Map<string, OpenFile>();

function writeParts(
  parts: readonly OutboxPart[],
  transaction: Parameters<OutboxPart['write']>[0],
  bounds: TickBounds,
): void {
  for (const part of parts) part.write(transaction, bounds);
}

export function unreachable(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'OUTBOX_NOT_WRITABLE', kind: 'unreachable', message, cause });
}
