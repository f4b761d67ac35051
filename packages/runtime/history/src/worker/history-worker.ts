import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { errorFromData, GatewayError, type Logger } from '@fieldwarden/core';
import type { RowBatch } from '../records/row-batch.js';
import type { DefinedTag } from '../store/history-store.js';
import type { RetentionLimits } from '../store/retention.js';
import type { StoreState } from '../store/store-state.js';
import type { FromWorker, HistoryQuestion, ToWorker, WorkerStart } from './messages.js';

export interface HistoryWorkerOptions extends WorkerStart {
  readonly logger: Logger;
  /** There is room again after rows were dropped: whoever records tells what all tags are now. */
  readonly roomAgain: () => void;
  /** It ended by itself. */
  readonly failed: (error: unknown) => void;
}

/** Rows that may be on their way to the disk: a minute of a large plant. Beyond it they are dropped, and counted. */
const maxRowsUnderWay = 2_000_000;
/** Questions at a time; beyond it they are refused. */
const maxQuestions = 64;
const closeMs = 15_000;

const programOf = createRequire(import.meta.url);

interface Asked {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The store as the gateway's thread sees it: nothing here waits for it. */
export class HistoryWorker {
  readonly #options: HistoryWorkerOptions;
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #state: StoreState | undefined;
  #lastQuestion = 0;
  #underWay = 0;
  #dropped = 0;
  #droppedFromMs: number | undefined;
  #isEnding = false;

  constructor(options: HistoryWorkerOptions) {
    this.#options = options;
    const { folder, limits } = options;
    const workerData: WorkerStart = { folder, limits };
    this.#worker = new Worker(programOf.resolve('@fieldwarden/history/worker'), { workerData, name: 'history' });
    this.#worker.on('message', (message: FromWorker) => this.#heard(message));
    this.#worker.on('error', (error) => this.#ended(error));
    this.#worker.on('exit', () => this.#ended(workerGone()));
    this.#opened.promise.catch(() => undefined);
  }

  /** Rejects where the files can't be opened. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get state(): StoreState | undefined {
    return this.#state;
  }

  /** Rows that are not on the disk yet. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Rows that found no room. */
  get dropped(): number {
    return this.#dropped;
  }

  define(tags: readonly DefinedTag[]): void {
    this.#say({ type: 'define', tags });
  }

  end(numbers: readonly number[], atMs: number): void {
    this.#say({ type: 'end', numbers, atMs });
  }

  setLimits(limits: RetentionLimits): void {
    this.#say({ type: 'limits', limits });
  }

  /** The memory of the columns is gone afterwards. */
  record({ timesMs, tags, count, objects }: RowBatch): void {
    if (this.#droppedFromMs !== undefined || this.#underWay + count > maxRowsUnderWay) {
      this.#dropped += count;
      this.#droppedFromMs ??= timesMs[0];
      return;
    }
    this.#underWay += count;
    const buffer = timesMs.buffer as ArrayBuffer;
    this.#say({ type: 'rows', buffer, capacity: tags.length, count, objects: [...objects] }, [buffer]);
  }

  /** Rejects with what the store says; with HISTORY_BUSY (kind `overloaded`) when too much is asked. */
  ask(question: HistoryQuestion, request: unknown): Promise<unknown> {
    if (this.#isEnding) return Promise.reject(workerGone());
    if (this.#asked.size >= maxQuestions) return Promise.reject(busy());
    const id = (this.#lastQuestion += 1);
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#say({ type: 'ask', id, question, request });
    });
  }

  /** What was recorded is on the disk when it resolves, unless the disk refuses. Never rejects. */
  async close(): Promise<void> {
    if (!this.#isEnding) {
      this.#say({ type: 'close' });
      this.#isEnding = true;
      const late = setTimeout(() => this.#closed.resolve(), closeMs);
      await this.#closed.promise;
      clearTimeout(late);
    }
    await this.#worker.terminate();
    this.#refuseAll(workerGone());
  }

  #say(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#isEnding) this.#worker.postMessage(message, [...transfer]);
  }

  #heard(message: FromWorker): void {
    switch (message.type) {
      case 'opened':
        return this.#opened.resolve();
      case 'refused':
        return this.#ended(errorFromData(message.error));
      case 'accepted':
        this.#underWay -= message.rows;
        return this.#tryAgain();
      case 'state':
        this.#state = message.state;
        return;
      case 'log':
        return this.#options.logger.error(message.message);
      case 'answer':
        return this.#take(message.id)?.resolve(message.answer);
      case 'failed':
        return this.#take(message.id)?.reject(errorFromData(message.error));
      case 'closed':
        return this.#closed.resolve();
    }
  }

  /** Half of the room is free: what comes is taken again, after the gap. */
  #tryAgain(): void {
    const fromMs = this.#droppedFromMs;
    if (fromMs === undefined || this.#underWay > maxRowsUnderWay / 2) return;
    this.#droppedFromMs = undefined;
    this.#say({ type: 'gap', fromMs });
    this.#options.roomAgain();
  }

  #take(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }

  #ended(error: unknown): void {
    this.#closed.resolve();
    this.#opened.reject(error);
    this.#refuseAll(error);
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#options.failed(error);
  }

  #refuseAll(error: unknown): void {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}

function workerGone(): GatewayError {
  return new GatewayError({
    code: 'HISTORY_STOPPED',
    kind: 'unreachable',
    message: 'the store of history has stopped',
  });
}

function busy(): GatewayError {
  const message = `${maxQuestions} questions are being answered; ask again in a moment`;
  return new GatewayError({ code: 'HISTORY_BUSY', kind: 'overloaded', message });
}
