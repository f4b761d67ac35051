import { Socket } from 'node:net';
import { delay, GatewayError, messageOf, type Clock } from '@fieldwarden/core';
import { Client, DatabaseError, type QueryResultRow } from 'pg';
import { databaseOf, invalidUrl } from '../database-url.js';
import { CopyQuery } from './copy-query.js';

export interface DatabaseConnectionOptions {
  /** With its password: in no error and in no log. */
  readonly url: string;
  readonly clock: Clock;
  /** TCP, TLS and log-in together. Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /** One statement. Default: 30,000. */
  readonly statementTimeoutMs?: number;
}

/** A server that is silent in the midst of a transaction for so long gives up its locks. */
const idleTransactionMs = 30_000;
const lockTimeoutMs = 10_000;

/** One session. No statement lasts longer than was allowed: then the socket is destroyed, and the connection is of no use any more. */
export class DatabaseConnection {
  readonly #options: DatabaseConnectionOptions;
  readonly #where: string;
  readonly #client: Client;
  readonly #socket = new Socket();
  readonly #statementTimeoutMs: number;
  #open = true;

  private constructor(options: DatabaseConnectionOptions) {
    this.#options = options;
    this.#where = databaseOf(options.url);
    this.#statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
    this.#client = this.#createClient();
    // Also the way in which the loss of an idle connection is told.
    this.#client.on('error', () => (this.#open = false));
    this.#socket.on('close', () => (this.#open = false));
  }

  /** Rejects with kind `unreachable`, or `config` for a URL that cannot work. */
  static async open(options: DatabaseConnectionOptions): Promise<DatabaseConnection> {
    const connection = new DatabaseConnection(options);
    try {
      await connection.#inTime(options.connectTimeoutMs ?? 5_000, () => connection.#client.connect());
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Rejects with kind `unreachable`; the cause is the server's answer, if it gave one. */
  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.#inTime(this.#statementTimeoutMs, () => this.#client.query<Row>(text, [...values]));
    return rows;
  }

  /** Several statements, one after the other. */
  async run(text: string): Promise<void> {
    await this.#inTime(this.#statementTimeoutMs, () => this.#client.query(text));
  }

  async copy(text: string, bytes: Uint8Array): Promise<void> {
    await this.#inTime(this.#statementTimeoutMs, () => this.#client.query(new CopyQuery(text, bytes)).done);
  }

  /** All or nothing. After an error the connection is of no use: the server ends what was begun. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    try {
      await this.run('begin');
      const result = await work();
      await this.run('commit');
      return result;
    } catch (error) {
      this.destroy();
      throw error;
    }
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

  async #inTime<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
    if (!this.#open) throw this.#unreachable('the connection was lost');
    const settled = new AbortController();
    const limit = delay(this.#options.clock, timeoutMs, settled.signal).then(() => {
      this.destroy();
      throw this.#unreachable(`it did not answer within ${Math.round(timeoutMs / 1_000)} s`);
    });
    limit.catch(() => undefined);
    const working = work();
    working.catch(() => undefined);
    try {
      return await Promise.race([working, limit]);
    } catch (error) {
      throw error instanceof GatewayError ? error : this.#unreachable(reasonOf(error), error);
    } finally {
      settled.abort();
    }
  }

  #unreachable(why: string, cause?: unknown): GatewayError {
    const message = `the history database ${this.#where} cannot be used: ${why}`;
    return new GatewayError({ code: 'HISTORY_DATABASE_UNREACHABLE', kind: 'unreachable', message, cause });
  }

  #createClient(): Client {
    try {
      return new Client({
        connectionString: this.#options.url,
        application_name: 'fieldwarden history',
        keepAlive: true,
        statement_timeout: this.#statementTimeoutMs,
        lock_timeout: lockTimeoutMs,
        idle_in_transaction_session_timeout: idleTransactionMs,
        stream: () => this.#socket,
      });
    } catch (error) {
      const { code, path } = error as NodeJS.ErrnoException; // of a file that `sslrootcert` names; others may repeat the URL
      throw invalidUrl(path === undefined ? 'its options are not understood' : `${path}: ${code ?? 'cannot be read'}`);
    }
  }
}

/** Of a statement that the server refused: its SQLSTATE. */
export function sqlStateOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof DatabaseError ? cause.code : undefined;
}

/** An AggregateError of all addresses of a host has no message of its own. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof AggregateError ? error.errors[0] : error);
}
