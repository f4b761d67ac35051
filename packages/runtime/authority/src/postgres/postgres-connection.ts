import { Socket } from 'node:net';
import { delay } from '@fieldwarden/core';
import type { Client, ClientConfig, QueryResult, QueryResultRow } from 'pg';
import { unreachable } from '../authority-errors.js';
import { postgresError, silent } from './postgres-errors.js';
import { invalidUrl, type PostgresSettings } from './postgres-settings.js';

/**
 * One session. Nothing on it lasts longer than was allowed: when the time is up the socket is destroyed, whatever the server does,
 * and the connection is of no use any more.
 */
export class PostgresConnection {
  readonly #settings: PostgresSettings;
  readonly #client: Client;
  readonly #socket: Socket;
  #deadlineMs = 0;
  #open = true;

  private constructor(settings: PostgresSettings) {
    this.#settings = settings;
    this.#socket = new Socket();
    this.#client = createClient(settings, this.#socket);
    // Also the way in which the loss of an idle connection is told.
    this.#client.on('error', () => (this.#open = false));
    this.#socket.on('close', () => (this.#open = false));
  }

  /** Rejects with kind `unreachable`, or `config` for a URL that cannot work. */
  static async open(settings: PostgresSettings, timeoutMs = Infinity): Promise<PostgresConnection> {
    const connection = new PostgresConnection(settings);
    connection.allow(Math.min(timeoutMs, settings.connectTimeoutMs));
    try {
      await connection.#inTime('to a connection', () => connection.#client.connect());
      return connection;
    } catch (error) {
      connection.destroy();
      throw postgresError(settings.where, error);
    }
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** From now on, for all that follows together. */
  allow(timeoutMs: number): void {
    this.#deadlineMs = this.#settings.clock.monotonicMs() + timeoutMs;
  }

  /** Rejects with kind `unreachable`; the cause is the server's answer, if it gave one. */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.send<Row>(text, values).catch((error: unknown) => this.#fail(error))).rows;
  }

  /** The same, rejecting with the error as it comes: for a commit, where it matters who failed. */
  async send<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<QueryResult<Row>> {
    if (!this.#open) throw unreachable(`the connection to ${this.#settings.where} was lost`, 'Nothing was changed');
    return await this.#inTime('to a statement', () => this.#client.query<Row>(text, [...values]));
  }

  close(): void {
    const wasOpen = this.#open;
    this.#open = false;
    // A last word to the server, so that it need not wait for the session; not for its answer.
    if (wasOpen) this.#client.end().catch(() => undefined);
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#open = false;
    this.#socket.destroy();
  }

  #fail(error: unknown): never {
    throw postgresError(this.#settings.where, error);
  }

  async #inTime<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const { clock, where } = this.#settings;
    const leftMs = Math.max(0, this.#deadlineMs - clock.monotonicMs());
    const settled = new AbortController();
    const limit = delay(clock, leftMs, settled.signal).then(() => {
      this.destroy();
      throw silent(where, doing, leftMs);
    });
    limit.catch(() => undefined);
    try {
      return await Promise.race([work(), limit]);
    } finally {
      settled.abort();
    }
  }
}

function createClient(settings: PostgresSettings, socket: Socket): Client {
  const config: ClientConfig = {
    connectionString: settings.url,
    application_name: 'fieldwarden',
    keepAlive: true,
    statement_timeout: settings.writeTimeoutMs,
    lock_timeout: settings.writeTimeoutMs,
    idle_in_transaction_session_timeout: settings.sealTimeoutMs,
    stream: () => socket,
  };
  try {
    return settings.createClient(config);
  } catch (error) {
    throw invalidUrl(reasonOf(error));
  }
}

/** A file named by `sslrootcert` and its like; other errors may repeat the URL. */
function reasonOf(error: unknown): string {
  const { code, path } = error as NodeJS.ErrnoException;
  return path === undefined ? 'its options are not understood' : `${path}: ${code ?? 'cannot be read'}`;
}
