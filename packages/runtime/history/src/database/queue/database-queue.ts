import { randomUUID } from 'node:crypto';
import { formatDataType, statusCodes, type Clock, type Logger } from '@fieldwarden/core';
import { Outbox } from '@fieldwarden/outbox';
import { columnsOver, rowBytes, type RowBatch } from '../../records/row-batch.js';
import type { DefinedTag } from '../../store/history-store.js';
import type { DatabaseState } from '../database-state.js';
import { databaseOf } from '../database-url.js';
import { DatabaseSession } from '../server/database-session.js';
import { DatabaseWriter } from './database-writer.js';
import { packRows, type QueuedTag } from './queued-rows.js';

export interface QueueLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly retentionDays: number;
}

export interface DatabaseQueueOptions {
  readonly url: string;
  readonly site: string;
  /** `<home>/history-outbox.mdb`. */
  readonly file: string;
  readonly limits: QueueLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

const topic = 'values';

/** Values on their way to a database: on disk until they are there (SPEC §8.4, ADR 62). Lives in one thread. */
export class DatabaseQueue implements AsyncDisposable {
  readonly #run = randomUUID();
  readonly #options: DatabaseQueueOptions;
  readonly #where: string;
  readonly #outbox: Outbox;
  readonly #writer: DatabaseWriter;
  readonly #tags = new Map<number, QueuedTag>();
  #limits: QueueLimits;

  private constructor(options: DatabaseQueueOptions, outbox: Outbox) {
    this.#options = options;
    this.#where = databaseOf(options.url);
    this.#limits = options.limits;
    this.#outbox = outbox;
    const { url, site, clock, logger, random } = options;
    this.#writer = new DatabaseWriter({
      outbox,
      open: async () => await DatabaseSession.open({ url, site, clock, logger }),
      retentionDays: () => this.#limits.retentionDays,
      clock,
      logger,
      random,
    });
    this.#writer.start();
  }

  /** Rejects with kind `unreachable` where the disk takes no queue, with `config` for a URL that cannot work. */
  static async open(options: DatabaseQueueOptions): Promise<DatabaseQueue> {
    databaseOf(options.url);
    const { file, limits, clock, logger } = options;
    return new DatabaseQueue(
      options,
      await Outbox.open({ file, name: 'history', limits: outboxLimits(limits), clock, logger }),
    );
  }

  get state(): DatabaseState {
    const { pending, bytes, oldestAtMs, dropped, trouble } = this.#outbox.state;
    const { connected, layout, written, outOfRange, lastError } = this.#writer;
    return {
      where: this.#where,
      connected,
      layout,
      waiting: pending,
      waitingBytes: bytes,
      oldestAtMs,
      written,
      outOfRange,
      dropped,
      lastError,
      trouble,
    };
  }

  define(tags: readonly DefinedTag[]): void {
    for (const { number, path, type } of tags) this.#tags.set(number, { path, dataType: formatDataType(type) });
  }

  /** Tags that go: there is no value of them from then on. */
  end(numbers: readonly number[], atMs: number): void {
    const count = numbers.length;
    const columns = columnsOver(new ArrayBuffer(count * rowBytes), count);
    columns.tags.set(numbers);
    columns.timesMs.fill(atMs);
    columns.values.fill(NaN);
    columns.statuses.fill(statusCodes.BadDataLost);
    this.record({ ...columns, count, objects: new Map() });
    for (const number of numbers) this.#tags.delete(number);
  }

  /** On disk at most 100 ms later. */
  record(rows: RowBatch): void {
    if (rows.count === 0) return;
    const atMs = this.#options.clock.wallMs();
    for (const payload of packRows(this.#run, rows, (number) => this.#tags.get(number))) {
      this.#outbox.append({ topic, payload, qos: 1, retain: false, atMs });
    }
    this.#writer.queued();
  }

  setLimits(limits: QueueLimits): void {
    this.#limits = limits;
    this.#outbox.setLimits(outboxLimits(limits));
  }

  /** What was recorded is on disk, or in the database, when it resolves. Rejects with kind `unreachable` when the disk refuses. */
  async flush(): Promise<void> {
    await this.#outbox.flush();
  }

  /** As `flush`, and nothing is sent any more. Never rejects. */
  async close(): Promise<void> {
    await this.#writer.close();
    await this.#outbox.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function outboxLimits({ maxMessages, maxBytes, maxAgeMs }: QueueLimits): {
  maxMessages: number;
  maxBytes: number;
  maxAgeMs: number;
  warnAt: number;
} {
  return { maxMessages, maxBytes, maxAgeMs, warnAt: maxMessages };
}
