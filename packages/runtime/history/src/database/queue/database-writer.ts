import { isGatewayError, messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { Outbox, StoredMessage } from '@fieldwarden/outbox';
import type { DayLayout } from '../server/history-schema.js';
import type { NumberedRows, WrittenRows } from '../server/database-session.js';
import { unpackRows } from './queued-rows.js';

/** The session as the writer needs it. */
export interface WritingSession {
  readonly isOpen: boolean;
  readonly layout: DayLayout;
  keepUp(retentionDays: number): Promise<void>;
  ping(): Promise<void>;
  write(queued: readonly NumberedRows[]): Promise<WrittenRows>;
  close(): void;
  destroy(): void;
}

export interface DatabaseWriterOptions {
  readonly outbox: Pick<Outbox, 'read' | 'acknowledge' | 'drop'>;
  readonly open: () => Promise<WritingSession>;
  readonly retentionDays: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const keepUpMs = 3_600_000;
/** Without anything to write, how often the server is asked whether it is there. */
const pingMs = 10_000;
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** Of packed rows in a transaction; less after a failure, so that a slow database gets something done, too. */
const mostBytes = 1 << 20;
const fewestBytes = 16 << 10;
const mostBatches = 200;

/** Writes what is queued, in its order, for as long as it takes. */
export class DatabaseWriter {
  readonly #options: DatabaseWriterOptions;
  #session: WritingSession | undefined;
  #layout: DayLayout | null = null;
  #lastError: string | null = null;
  #written = 0;
  #outOfRange = 0;
  #bytes = mostBytes;
  #pauseMs = firstPauseMs;
  #keptUpMs = -Infinity;
  #wake: (() => void) | undefined;
  #hasNews = false;
  #isEnding = false;
  #running: Promise<void> | undefined;

  constructor(options: DatabaseWriterOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#session?.isOpen === true;
  }

  get layout(): DayLayout | null {
    return this.#layout;
  }

  get lastError(): string | null {
    return this.#lastError;
  }

  get written(): number {
    return this.#written;
  }

  get outOfRange(): number {
    return this.#outOfRange;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Something was queued. */
  queued(): void {
    this.#hasNews = true;
    if (this.#lastError === null) this.#wake?.(); // else it waits for the next attempt
  }

  /** Ends in the midst of what it does: the queue has it still. */
  async close(): Promise<void> {
    this.#isEnding = true;
    this.#wake?.();
    this.#session?.destroy();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isEnding) {
      try {
        await this.#turn();
      } catch (error) {
        await this.#failed(error);
      }
    }
    this.#session?.close();
  }

  async #turn(): Promise<void> {
    const session = await this.#opened();
    const { clock, outbox, retentionDays } = this.#options;
    if (clock.monotonicMs() - this.#keptUpMs >= keepUpMs) {
      await session.keepUp(retentionDays());
      this.#keptUpMs = clock.monotonicMs();
    }
    this.#hasNews = false;
    const messages = outbox.read(0, mostBatches, this.#bytes);
    if (messages.length === 0) {
      await this.#idle(session);
      return;
    }
    await this.#write(session, messages);
    this.#bytes = Math.min(mostBytes, 2 * this.#bytes);
    this.#well();
  }

  async #write(session: WritingSession, messages: readonly StoredMessage[]): Promise<void> {
    for (const batches of byRun(this.#read(messages))) {
      const { written, outOfRange } = await session.write(batches);
      for (const { sequence } of batches) this.#options.outbox.acknowledge(sequence);
      this.#written += written;
      this.#outOfRange += outOfRange;
    }
  }

  /** What is damaged would be so at each attempt: it goes, and is counted. */
  #read(messages: readonly StoredMessage[]): readonly NumberedRows[] {
    return messages.flatMap(({ sequence, payload }) => {
      try {
        return [{ ...unpackRows(payload), sequence }];
      } catch (error) {
        this.#options.logger.error(`values for the history database cannot be read: ${messageOf(error)}`);
        this.#options.outbox.drop(sequence, 'poison');
        return [];
      }
    });
  }

  async #opened(): Promise<WritingSession> {
    if (this.#session?.isOpen) return this.#session;
    this.#session?.destroy();
    this.#session = undefined;
    const session = await this.#options.open();
    if (this.#isEnding) session.destroy();
    this.#session = session;
    this.#layout = session.layout;
    this.#keptUpMs = -Infinity;
    return session;
  }

  async #idle(session: WritingSession): Promise<void> {
    this.#well();
    if (this.#hasNews) return;
    if (!(await this.#pause(pingMs))) await session.ping();
  }

  #well(): void {
    this.#lastError = null;
    this.#pauseMs = firstPauseMs;
  }

  async #failed(error: unknown): Promise<void> {
    this.#session?.destroy();
    this.#session = undefined;
    if (this.#isEnding) return;
    const message = messageOf(error);
    if (message !== this.#lastError) this.#options.logger.warn(message);
    this.#lastError = message;
    this.#bytes = Math.max(fewestBytes, this.#bytes / 2);
    const isHopeless = isGatewayError(error) && error.kind === 'config';
    const pauseMs = isHopeless ? longestPauseMs : this.#pauseMs;
    this.#pauseMs = Math.min(longestPauseMs, 2 * this.#pauseMs);
    await this.#pause(pauseMs * (0.8 + 0.4 * this.#options.random()));
  }

  /** Whether it was woken. */
  async #pause(ms: number): Promise<boolean> {
    if (this.#isEnding) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer: Timer = this.#options.clock.setTimer(() => resolve(false), ms);
    this.#wake = () => resolve(true);
    const woken = await promise;
    timer[Symbol.dispose]();
    this.#wake = undefined;
    return woken;
  }
}

/** In their order: what one run queued, then what the next one did. */
function byRun(batches: readonly NumberedRows[]): readonly (readonly NumberedRows[])[] {
  const groups: NumberedRows[][] = [];
  for (const batch of batches) {
    const last = groups.at(-1);
    if (last?.[0].run === batch.run) last.push(batch);
    else groups.push([batch]);
  }
  return groups;
}
