import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError, isGatewayError, messageOf, Turns, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { ServiceAlarms } from '@fieldwarden/service';
import { openState } from './open-state.js';
import { PendingChanges, type Change } from './pending-changes.js';
import type { StateDatabase } from './state-database.js';
import { checkTableName } from './state-record.js';
import { StateTable } from './state-table.js';
import { StorageAlarms } from './storage-alarms.js';

export interface StateStoreOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of changes that cannot be written for the time being; more are refused and counted. Default: 16 MiB. */
  readonly maxPendingBytes?: number;
}

/** SPEC §16.5: on disk at most 250 ms after a change; some of it is the disk's. */
const commitDelayMs = 200;

/** So many are written without a delay. */
const earlyCommitBytes = 4 << 20;

/** While the disk refuses. */
const retryMs = 5_000;

/**
 * Small durable state of the gateway and its services: named tables in one LMDB file, `<home>/state.mdb` (SPEC §16.5). A commit holds all that
 * had changed by then: after a crash the store is as it was at one moment. Nothing stays in memory but what is not on disk yet.
 */
export class StateStore implements AsyncDisposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #alarms: StorageAlarms;
  readonly #pending: PendingChanges;
  readonly #tables = new Map<string, StateTable>();
  readonly #turns = new Turns();
  #opening: Promise<StateDatabase> | undefined;
  #nextCommit: Promise<void> | undefined;
  #timer: Timer | undefined;
  #failing = false;
  #refused = 0;
  #damagedRecords = 0;
  #closing: Promise<void> | undefined;
  #closed = false;

  private constructor(path: string, { clock, logger, maxPendingBytes = 16 << 20 }: StateStoreOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#logger = logger;
    this.#alarms = new StorageAlarms(logger);
    this.#pending = new PendingChanges(maxPendingBytes);
  }

  /**
   * Begins to open the file; only who reads waits for that. It is proved in a child process before. A damaged one is set aside as
   * `<path>.damaged-<time>`, and an empty one takes its place. One store for a file, in one process.
   */
  static open(path: string, options: StateStoreOptions): StateStore {
    const store = new StateStore(path, options);
    store.#database().catch(() => undefined); // told, and tried again
    return store;
  }

  /** The same name gives the same table. Throws kind `bug` for a name that is none. */
  table(name: string): StateTable {
    const table = this.#tables.get(name) ?? this.#newTable(checkTableName(name));
    this.#tables.set(name, table);
    return table;
  }

  /** Conditions that need a person, those that stand already included. */
  reportTo(alarms: ServiceAlarms): void {
    this.#alarms.reportTo(alarms);
  }

  /** Changes that are not on disk yet, and those that were refused since the start because too many waited. */
  get waiting(): { readonly bytes: number; readonly refused: number } {
    return { bytes: this.#pending.bytes, refused: this.#refused };
  }

  /** Everything changed so far is on disk. Rejects with kind `unreachable` when the disk refuses; it is tried again all the same. */
  async settled(): Promise<void> {
    if (!this.#pending.isEmpty) await this.#commitSoon();
  }

  /** Writes what waits and lets go of the file. Never rejects. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #newTable(name: string): StateTable {
    return new StateTable(name, {
      change: (change) => this.#change(change),
      pending: (key) => this.#pending.get(name, key),
      pendingChanges: () => this.#pending.ofTable(name),
      database: () => this.#database(),
      damaged: (key, storedKey) => this.#recordDamaged({ table: name, key, storedKey, content: undefined }),
      settled: () => this.settled(),
      full: () => unreachable(`changes of ${name} were refused: too many wait for ${this.#path} to be writable`),
    });
  }

  #change(change: Change): boolean {
    if (this.#closing) {
      this.#logger.error(`${change.table} ${change.key} was changed too late to be kept`);
      return false;
    }
    const isAdded = this.#pending.add(change);
    if (!isAdded) this.#refuse(change);
    if (this.#pending.bytes > earlyCommitBytes && !this.#failing) void this.#commitSoon().catch(() => undefined);
    else this.#commitWithin(commitDelayMs);
    return isAdded;
  }

  #refuse({ table }: Change): void {
    this.#refused += 1;
    if (this.#refused === 1) this.#logger.error(`changes of ${table} are lost: too many wait for ${this.#path}`);
  }

  /** Unless one is due already: what failed is tried again in its own time. */
  #commitWithin(delayMs: number): void {
    if (this.#timer) return;
    this.#timer = this.#clock.setTimer(() => void this.#commitSoon().catch(() => undefined), delayMs);
    this.#timer.unref(); // whoever ends says `close`
  }

  /** A commit that holds everything changed by now. */
  #commitSoon(): Promise<void> {
    this.#nextCommit ??= this.#turns.take(async () => {
      this.#nextCommit = undefined;
      this.#stopTimer();
      await this.#commit(this.#pending.all());
    });
    return this.#nextCommit;
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0 && !this.#failing) return;
    try {
      const database = await this.#database();
      if (changes.length > 0) await database.commit(changes);
    } catch (error) {
      throw this.#notWritten(error);
    }
    this.#pending.written(changes);
    this.#failing = false;
    this.#alarms.clear('state-not-written', `state is written to ${this.#path} again`);
  }

  #notWritten(error: unknown): GatewayError {
    if (isGatewayError(error)) return error; // it was not opened
    return this.#refusedByDisk(`${this.#path} cannot be written: ${messageOf(error)}`, error);
  }

  #refusedByDisk(reason: string, cause: unknown): GatewayError {
    this.#failing = true;
    this.#alarms.raise('state-not-written', `${reason}. What changes is kept in memory until it can`);
    if (!this.#closing) this.#commitWithin(retryMs);
    return unreachable(reason, cause);
  }

  /** Opened once; after a failure, anew with the next that asks. */
  #database(): Promise<StateDatabase> {
    if (this.#closed) return Promise.reject(unreachable(`${this.#path} is closed`));
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw this.#refusedByDisk(`${this.#path} cannot be opened: ${messageOf(error)}`, error);
    });
    return this.#opening;
  }

  async #open(): Promise<StateDatabase> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const { database, damage } = await openState(this.#path, this.#clock);
    if (damage !== undefined) this.#alarms.raise('state-damaged', damage);
    return database;
  }

  /** It is removed: nobody can use it, and one alarm is enough. */
  #recordDamaged(change: Change): void {
    this.#damagedRecords += 1;
    const count = this.#damagedRecords === 1 ? '' : ` (${this.#damagedRecords} by now)`;
    const what = `record ${change.key} of ${change.table} in ${this.#path} is not what was written, and is lost${count}`;
    this.#alarms.raise('state-damaged', what);
    this.#change(change);
  }

  async #close(): Promise<void> {
    await this.#commitSoon().catch(() => undefined);
    this.#stopTimer();
    if (!this.#pending.isEmpty)
      this.#logger.error(`${this.#pending.all().length} changes of state are lost: ${this.#path} cannot be written`);
    const database = await this.#opening?.catch(() => undefined);
    this.#closed = true;
    await database?.close().catch((error: unknown) => this.#logger.warn(`${this.#path}: ${messageOf(error)}`));
  }

  #stopTimer(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}

function unreachable(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'STATE_NOT_WRITABLE', kind: 'unreachable', message, cause });
}
