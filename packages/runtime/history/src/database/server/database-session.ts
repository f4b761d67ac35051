import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { QueuedRows } from '../queue/queued-rows.js';
import { CopyRows, writtenType, type WrittenType } from './copy-rows.js';
import { DatabaseConnection, type DatabaseConnectionOptions } from './database-connection.js';
import { dayMs, DayPartitions } from './day-partitions.js';
import { ensureHistorySchema, type DayLayout } from './history-schema.js';
import { TagIds } from './tag-ids.js';

export interface DatabaseSessionOptions extends DatabaseConnectionOptions {
  readonly site: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Rows as they were queued, under the number that the queue gave them. */
export interface NumberedRows extends QueuedRows {
  readonly sequence: number;
}

export interface WrittenRows {
  readonly written: number;
  /** Older than anything that is kept, or more than a day ahead of the database's clock. */
  readonly outOfRange: number;
}

/** Runs that have not written for so long are forgotten. */
const forgetRunsAfter = '1 year';
const aheadMs = dayMs;

/** A connection over which rows are written, each exactly once (ADR 62). After an error it is of no use. */
export class DatabaseSession {
  readonly #options: DatabaseSessionOptions;
  readonly #connection: DatabaseConnection;
  readonly #days: DayPartitions;
  readonly #tags: TagIds;
  readonly layout: DayLayout;
  /** The database's clock less this machine's. */
  #aheadMs = 0;
  #retentionDays = Infinity;

  private constructor(options: DatabaseSessionOptions, connection: DatabaseConnection, layout: DayLayout) {
    this.#options = options;
    this.#connection = connection;
    this.layout = layout;
    this.#days = new DayPartitions(connection, layout);
    this.#tags = new TagIds(connection, options.site);
  }

  /** Makes the schema where there is none. Rejects with kind `unreachable`, or `config` for a URL that cannot work. */
  static async open(options: DatabaseSessionOptions): Promise<DatabaseSession> {
    const connection = await DatabaseConnection.open(options);
    try {
      return new DatabaseSession(options, connection, await ensureHistorySchema(connection));
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Days ahead are made, old ones dropped: what the site that wants to keep longest lets go. Once an hour, and when it connects. */
  async keepUp(retentionDays: number): Promise<void> {
    const { site, clock } = this.#options;
    this.#retentionDays = retentionDays;
    await this.#connection.query(
      `insert into fieldwarden_history.site values ($1, $2) on conflict (name) do update set retention_days = excluded.retention_days`,
      [site, retentionDays],
    );
    const [{ now, days }] = await this.#connection.query<{ now: Date; days: number }>(
      'select now() as now, max(retention_days) as days from fieldwarden_history.site',
    );
    this.#aheadMs = now.getTime() - clock.wallMs();
    await this.#days.makeAhead(now.getTime());
    await this.#connection.query(
      `delete from fieldwarden_history.writer where written_at < now() - interval '${forgetRunsAfter}'`,
    );
    await this.#drop(now.getTime() - days * dayMs);
  }

  /** Whether the server answers. */
  async ping(): Promise<void> {
    await this.#connection.run('select 1');
  }

  /**
   * All rows are of one run, in the order of the queue. The mark of the run and the rows are one transaction: what was written before, though
   * nobody heard of it, is left out.
   */
  async write(queued: readonly NumberedRows[]): Promise<WrittenRows> {
    await this.#tags.learn(queued.flatMap(({ tags }) => [...tags.values()]));
    const isKept = this.#isKept();
    await this.#days.make(daysOf(queued, isKept));
    const { run } = queued[0];
    return await this.#connection.transaction(async () => {
      const mark = await this.#mark(run);
      const news = queued.filter(({ sequence }) => sequence > mark);
      if (news.length === 0) return { written: 0, outOfRange: 0 };
      const copied = this.#copyOf(news, isKept);
      await this.#connection.copy(
        'copy fieldwarden_history.value (tag_id, at, number, integer, text, status) from stdin (format binary)',
        copied.finish(),
      );
      await this.#connection.query(
        'update fieldwarden_history.writer set sequence = $2, written_at = now() where run = $1',
        [run, news[news.length - 1].sequence],
      );
      const all = news.reduce((sum, { rows }) => sum + rows.count, 0);
      return { written: copied.count, outOfRange: all - copied.count };
    });
  }

  close(): void {
    this.#connection.close();
  }

  destroy(): void {
    this.#connection.destroy();
  }

  /** Up to which number the run has written. Whoever else writes for it waits: a connection that nobody hears of, before its end. */
  async #mark(run: string): Promise<number> {
    await this.#connection.query(
      'insert into fieldwarden_history.writer values ($1, $2, 0, now()) on conflict do nothing',
      [run, this.#options.site],
    );
    const [{ sequence }] = await this.#connection.query<{ sequence: string }>(
      'select sequence from fieldwarden_history.writer where run = $1 for update',
      [run],
    );
    return Number(sequence);
  }

  #copyOf(queued: readonly NumberedRows[], isKept: (atMs: number) => boolean): CopyRows {
    const copied = new CopyRows();
    for (const { rows, tags } of queued) {
      const written = new Map<number, { readonly id: number; readonly type: WrittenType }>();
      for (const [number, tag] of tags) {
        written.set(number, { id: this.#tags.of(tag)!, type: writtenType(tag.dataType) });
      }
      copied.add(rows, (number) => written.get(number), isKept);
    }
    return copied;
  }

  #isKept(): (atMs: number) => boolean {
    const nowMs = this.#options.clock.wallMs() + this.#aheadMs;
    const fromMs = (Math.floor(nowMs / dayMs) - this.#retentionDays) * dayMs;
    return (atMs) => atMs >= fromMs && atMs <= nowMs + aheadMs;
  }

  /** Others may be reading a day: it goes with the next turn. */
  async #drop(beforeMs: number): Promise<void> {
    try {
      await this.#connection.run(`set lock_timeout = '2s'`);
      await this.#days.dropBefore(beforeMs);
    } catch (error) {
      if (!this.isOpen) throw error;
      this.#options.logger.warn(`old days of history stay in the database for now: ${messageOf(error)}`);
    }
    await this.#connection.run('reset lock_timeout');
  }
}

function daysOf(queued: readonly QueuedRows[], isKept: (atMs: number) => boolean): ReadonlySet<number> {
  const days = new Set<number>();
  for (const { rows } of queued) {
    for (let row = 0; row < rows.count; row += 1) {
      if (isKept(rows.timesMs[row])) days.add(Math.floor(rows.timesMs[row] / dayMs));
    }
  }
  return days;
}
