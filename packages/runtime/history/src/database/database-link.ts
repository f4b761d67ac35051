import { join } from 'node:path';
import type { Clock, Logger } from '@fieldwarden/core';
import type { ServiceAlarms, ServiceMetric } from '@fieldwarden/service';
import type { RowBatch } from '../records/row-batch.js';
import type { HistorySettings } from '../settings.js';
import type { DefinedTag } from '../store/history-store.js';
import type { QueueLimits } from './queue/database-queue.js';
import { DatabaseWorker } from './worker/database-worker.js';

export interface DatabaseLinkOptions {
  readonly url: string;
  readonly site: string;
  readonly home: string;
  readonly settings: HistorySettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alarms: ServiceAlarms;
  readonly takesAgain: () => void;
}

const alarmId = 'history-database';
/** SPEC §8.4: for so long a database may be away without a word. */
const awayMs = 60_000;

/** The history database beside the service: its status, metrics and alarm. */
export class DatabaseLink {
  readonly #options: DatabaseLinkOptions;
  readonly #worker: DatabaseWorker;
  #awaySinceMs: number | undefined;
  #droppedSeen = NaN;
  #alarm: string | undefined;

  constructor(options: DatabaseLinkOptions) {
    this.#options = options;
    const { url, site, home, settings, clock, logger, takesAgain } = options;
    const file = join(home, 'history-outbox.mdb');
    this.#worker = new DatabaseWorker({ url, site, file, limits: limitsOf(settings), clock, logger, takesAgain });
  }

  /** Why it is degraded; undefined while it is well. */
  get reason(): string | undefined {
    return this.#alarm;
  }

  define(tags: readonly DefinedTag[]): void {
    this.#worker.define(tags);
  }

  end(numbers: readonly number[], atMs: number): void {
    this.#worker.end(numbers, atMs);
  }

  /** Leaves the columns to the caller. */
  record(batch: RowBatch): void {
    this.#worker.record(batch);
  }

  apply(settings: HistorySettings): void {
    this.#worker.setLimits(limitsOf(settings));
  }

  /** Once a second. */
  look(): void {
    const { alarms, clock } = this.#options;
    const state = this.#worker.state;
    const isWell = this.#worker.refusal === null && state?.connected === true && state.lastError === null;
    this.#awaySinceMs = isWell ? undefined : (this.#awaySinceMs ?? clock.monotonicMs());
    const isAway = this.#awaySinceMs !== undefined && clock.monotonicMs() - this.#awaySinceMs > awayMs;
    const dropped = this.#dropped();
    const isDropping = dropped > this.#droppedSeen;
    if (state) this.#droppedSeen = dropped;
    const why = this.#worker.refusal ?? state?.trouble ?? (isAway ? (state?.lastError ?? 'it does not answer') : null);
    if (why !== null || isDropping) this.#alarm = why ?? 'values for the history database were given up';
    else if (isWell) this.#alarm = undefined;
    if (this.#alarm === undefined) alarms.clear(alarmId);
    else alarms.raise({ conditionId: alarmId, severity: 600, message: this.#alarm });
  }

  status(): Readonly<Record<string, unknown>> {
    const state = this.#worker.state;
    const { refusal, dropped: droppedRows } = this.#worker;
    return {
      database: state?.where ?? null,
      connected: refusal === null && state?.connected === true,
      layout: state?.layout ?? null,
      waiting: state?.waiting ?? 0,
      waitingBytes: state?.waitingBytes ?? 0,
      lagSeconds: this.#lagSeconds(),
      written: state?.written ?? 0,
      outOfRange: state?.outOfRange ?? 0,
      dropped: { ...state?.dropped, rows: droppedRows },
      lastError: refusal ?? state?.lastError ?? state?.trouble ?? null,
    };
  }

  metrics(): readonly ServiceMetric[] {
    const state = this.#worker.state;
    return [
      gauge('history_database_connected', 'Whether the history database takes values.', state?.connected ? 1 : 0),
      gauge('history_database_waiting', 'Batches of values that wait for the database.', state?.waiting ?? 0),
      gauge('history_database_lag_seconds', 'Age of the oldest batch that waits.', this.#lagSeconds()),
      counter('history_database_values_total', 'Values that were written to the database.', state?.written ?? 0),
      counter('history_database_dropped_total', 'Batches and values that were given up.', this.#dropped()),
    ];
  }

  async stop(): Promise<void> {
    await this.#worker.close();
    this.#options.alarms.clear(alarmId);
  }

  #dropped(): number {
    const counts = Object.values(this.#worker.state?.dropped ?? {});
    return counts.reduce((sum, count) => sum + count, this.#worker.dropped);
  }

  #lagSeconds(): number {
    const oldestAtMs = this.#worker.state?.oldestAtMs ?? null;
    return oldestAtMs === null ? 0 : Math.max(0, this.#options.clock.wallMs() - oldestAtMs) / 1_000;
  }
}

function limitsOf({ outbox, retentionDays }: HistorySettings): QueueLimits {
  return { ...outbox, retentionDays };
}

function gauge(name: string, help: string, value: number): ServiceMetric {
  return { name, help, type: 'gauge', value };
}

function counter(name: string, help: string, value: number): ServiceMetric {
  return { name, help, type: 'counter', value };
}
