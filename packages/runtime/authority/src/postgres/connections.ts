import { closed, tooManyWaiting } from '../authority-errors.js';
import { silent } from './postgres-errors.js';
import { PostgresConnection } from './postgres-connection.js';
import type { PostgresSettings } from './postgres-settings.js';
import { ensureSchema } from './schema.js';

/** Reads that may wait for the one under way. */
const maxWaitingReads = 64;

/**
 * One connection for reads, kept; and a fresh one for every change, so that none fails for a connection that has died in the
 * meantime. What is lost is made anew when it is needed next.
 */
export class Connections {
  readonly #settings: PostgresSettings;
  readonly #live = new Set<PostgresConnection>();
  #forReads: PostgresConnection | undefined;
  #lastRead: Promise<unknown> = Promise.resolve();
  #waitingReads = 0;
  #closed = false;

  constructor(settings: PostgresSettings) {
    this.#settings = settings;
  }

  /** One after the other. Waiting for those before it counts: `work` is given up when the time for a read is over. */
  async read<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.#waitingReads >= maxWaitingReads) throw tooManyWaiting('reads', this.#waitingReads);
    const deadlineMs = this.#settings.clock.monotonicMs() + this.#settings.readTimeoutMs;
    this.#waitingReads++;
    const result = this.#lastRead.then(() => this.#readNow(work, deadlineMs)).finally(() => this.#waitingReads--);
    this.#lastRead = result.catch(() => undefined);
    return await result;
  }

  /** On a connection of its own, closed behind it. */
  async write<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const connection = await this.#open();
    try {
      connection.allow(this.#settings.writeTimeoutMs);
      return await work(connection);
    } finally {
      this.#live.delete(connection);
      connection.close();
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#live) connection.close();
    this.#live.clear();
  }

  async #readNow<T>(work: (connection: PostgresConnection) => Promise<T>, deadlineMs: number): Promise<T> {
    const leftMs = deadlineMs - this.#settings.clock.monotonicMs();
    if (leftMs <= 0) throw silent(this.#settings.where, 'to a read before this one', this.#settings.readTimeoutMs);
    const connection = await this.#readConnection(leftMs);
    connection.allow(deadlineMs - this.#settings.clock.monotonicMs());
    return await work(connection);
  }

  async #readConnection(timeoutMs: number): Promise<PostgresConnection> {
    if (this.#forReads?.isOpen) return this.#forReads;
    if (this.#forReads) this.#live.delete(this.#forReads);
    return (this.#forReads = await this.#open(timeoutMs));
  }

  /** Time for the schema included. */
  async #open(timeoutMs = Infinity): Promise<PostgresConnection> {
    if (this.#closed) throw closed();
    const connection = await PostgresConnection.open(this.#settings, timeoutMs);
    this.#live.add(connection);
    try {
      if (this.#closed) throw closed();
      await ensureSchema(connection, this.#settings);
      return connection;
    } catch (error) {
      this.#live.delete(connection);
      connection.close();
      throw error;
    }
  }
}
