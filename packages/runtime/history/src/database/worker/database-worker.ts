import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { errorFromData, messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import { columnsOver, rowBytes, type RowBatch } from '../../records/row-batch.js';
import type { DefinedTag } from '../../store/history-store.js';
import type { DatabaseState } from '../database-state.js';
import type { QueueLimits } from '../queue/database-queue.js';
import type { DatabaseWorkerStart, FromDatabaseWorker, ToDatabaseWorker } from './messages.js';

export interface DatabaseWorkerOptions extends DatabaseWorkerStart {
  readonly clock: Clock;
  readonly logger: Logger;
  /** It takes rows again after some were dropped: whoever records tells what all tags are now. */
  readonly takesAgain: () => void;
}

/** Rows on their way to the queue; beyond it they are dropped, and counted. */
const maxRowsUnderWay = 2_000_000;
const restartMs = 30_000;
const closeMs = 15_000;

const programOf = createRequire(import.meta.url);

/**
 * The history database as the gateway's thread sees it: nothing here waits for it. Where the queue can't be opened, or its thread ends, it is
 * begun anew half a minute later; rows are dropped and counted meanwhile, and the store on disk goes on.
 */
export class DatabaseWorker {
  readonly #options: DatabaseWorkerOptions;
  readonly #tags = new Map<number, DefinedTag>();
  readonly #closed = Promise.withResolvers<void>();
  #limits: QueueLimits;
  #worker: Worker | undefined;
  #state: DatabaseState | undefined;
  #refusal: string | null = null;
  #restart: Timer | undefined;
  #underWay = 0;
  #dropped = 0;
  #isDropping = false;
  #isEnding = false;

  constructor(options: DatabaseWorkerOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#start();
  }

  /** Undefined until the queue was opened for the first time. */
  get state(): DatabaseState | undefined {
    return this.#state;
  }

  /** Why there is no queue. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Rows that found no way into the queue. */
  get dropped(): number {
    return this.#dropped;
  }

  define(tags: readonly DefinedTag[]): void {
    for (const tag of tags) this.#tags.set(tag.number, tag);
    this.#say({ type: 'define', tags });
  }

  end(numbers: readonly number[], atMs: number): void {
    for (const number of numbers) this.#tags.delete(number);
    this.#say({ type: 'end', numbers, atMs });
  }

  setLimits(limits: QueueLimits): void {
    this.#limits = limits;
    this.#say({ type: 'limits', limits });
  }

  /** Takes a copy. */
  record({ timesMs, values, tags, statuses, count, objects }: RowBatch): void {
    if (!this.#worker || this.#underWay + count > maxRowsUnderWay) {
      this.#dropped += count;
      this.#isDropping = true;
      return;
    }
    const buffer = new ArrayBuffer(count * rowBytes);
    const copy = columnsOver(buffer, count);
    copy.timesMs.set(timesMs.subarray(0, count));
    copy.values.set(values.subarray(0, count));
    copy.tags.set(tags.subarray(0, count));
    copy.statuses.set(statuses.subarray(0, count));
    this.#underWay += count;
    this.#say({ type: 'rows', buffer, capacity: count, count, objects: [...objects] }, [buffer]);
  }

  /** What was recorded is on disk, or in the database, when it resolves. Never rejects. */
  async close(): Promise<void> {
    this.#restart?.[Symbol.dispose]();
    const worker = this.#worker;
    if (worker && !this.#isEnding) {
      this.#say({ type: 'close' });
      this.#isEnding = true;
      const late = this.#options.clock.setTimer(() => this.#closed.resolve(), closeMs);
      await this.#closed.promise;
      late[Symbol.dispose]();
    }
    this.#isEnding = true;
    await worker?.terminate();
  }

  #start(): void {
    const { url, site, file } = this.#options;
    const workerData: DatabaseWorkerStart = { url, site, file, limits: this.#limits };
    const program = programOf.resolve('@fieldwarden/history/database-worker');
    const worker = new Worker(program, { workerData, name: 'history-database' });
    this.#worker = worker;
    this.#underWay = 0;
    worker.on('message', (message: FromDatabaseWorker) => this.#heard(message));
    worker.on('error', (error) => this.#ended(worker, messageOf(error)));
    worker.on('exit', () => this.#ended(worker, 'its thread has ended'));
    if (this.#tags.size > 0) this.#say({ type: 'define', tags: [...this.#tags.values()] });
    this.#tryAgain();
  }

  #say(message: ToDatabaseWorker, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#isEnding) this.#worker?.postMessage(message, [...transfer]);
  }

  #heard(message: FromDatabaseWorker): void {
    switch (message.type) {
      case 'refused':
        if (this.#worker) this.#ended(this.#worker, errorFromData(message.error).message);
        return;
      case 'accepted':
        this.#underWay -= message.rows;
        return this.#tryAgain();
      case 'state':
        this.#state = message.state;
        this.#refusal = null;
        return;
      case 'log':
        return this.#options.logger[message.level](message.message);
      case 'closed':
        return this.#closed.resolve();
    }
  }

  #tryAgain(): void {
    if (!this.#isDropping || this.#underWay > maxRowsUnderWay / 2) return;
    this.#isDropping = false;
    this.#options.takesAgain();
  }

  #ended(worker: Worker, why: string): void {
    this.#closed.resolve();
    if (worker !== this.#worker || this.#isEnding) return;
    this.#worker = undefined;
    this.#refusal = `values are not kept for the history database: ${why}`;
    this.#options.logger.error(this.#refusal);
    this.#dropped += this.#underWay;
    this.#restart = this.#options.clock.setTimer(() => this.#start(), restartMs);
    this.#restart.unref();
  }
}
