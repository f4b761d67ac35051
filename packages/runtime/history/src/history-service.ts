import { dirname } from 'node:path';
import { GatewayError, messageOf, type Timer } from '@fieldwarden/core';
import { pathMatcher } from '@fieldwarden/gateway-contract';
import type { Service, ServiceContext, ServiceHealth, ServiceMetric } from '@fieldwarden/service';
import { DatabaseLink } from './database/database-link.js';
import { Recorder, type RecorderSink } from './recording/recorder.js';
import type { HistorySettings } from './settings.js';
import { ValueRate } from './value-rate.js';
import { workerDesk } from './worker-desk.js';
import { HistoryWorker } from './worker/history-worker.js';

const flushEveryMs = 250;
const lookEveryMs = 1_000;

/** Follows the tags, keeps what they do, and answers at the desk of history. The store works in a thread of its own. */
export class HistoryService implements Service<HistorySettings> {
  readonly #context: ServiceContext<HistorySettings>;
  readonly #end = new DisposableStack();
  readonly #rate: ValueRate;
  #settings: HistorySettings;
  readonly #environmentUrl: string | undefined;
  #worker: HistoryWorker | undefined;
  #database: DatabaseLink | undefined;
  #recorder: Recorder | undefined;
  #timers: Timer[] = [];
  #laggingSinceMs: number | undefined;

  /** `environmentUrl`: of the database, instead of what the plant names. */
  constructor(context: ServiceContext<HistorySettings>, environmentUrl?: string) {
    this.#context = context;
    this.#environmentUrl = environmentUrl === '' ? undefined : environmentUrl;
    this.#settings = context.settings;
    this.#rate = new ValueRate(context.clock);
  }

  async start(): Promise<undefined> {
    const { within, tags, clock } = this.#context;
    const { store, url } = this.#settings;
    const databaseUrl = this.#environmentUrl ?? url ?? undefined;
    if (store === 'none' && databaseUrl === undefined) return undefined;
    if (!within)
      throw new GatewayError({ code: 'HISTORY_IN_HOST', kind: 'bug', message: 'history runs in-process only' });
    if (store === 'embedded') this.#worker = this.#openStore();
    if (databaseUrl !== undefined) this.#database = this.#openDatabase(databaseUrl);
    // What comes while the files are opened waits for them: nothing of it is lost.
    this.#recorder = this.#end.use(
      new Recorder({ tags, columns: within.columns, sink: this.#sink(), clock, isKept: matcherOf(this.#settings) }),
    );
    this.#every(flushEveryMs, () => this.#recorder?.flush());
    this.#every(lookEveryMs, () => this.#look());
    const worker = this.#worker;
    if (!worker) return undefined;
    await worker.opened;
    const ask: HistoryWorker['ask'] = (question, request) => {
      this.#recorder?.flush(); // who asks sees what there is
      return worker.ask(question, request);
    };
    this.#end.use(within.offers.history(workerDesk({ ask })));
    return undefined;
  }

  async apply(settings: HistorySettings): Promise<void> {
    this.#settings = settings;
    this.#worker?.setLimits(settings);
    this.#database?.apply(settings);
    this.#recorder?.keep(matcherOf(settings));
  }

  status(): Readonly<Record<string, unknown>> {
    const { store } = this.#settings;
    const state = this.#worker?.state;
    return {
      store,
      valuesPerSecond: this.#rate.perSecond,
      bytes: state?.bytes ?? 0,
      oldestAt: state?.oldestAtMs === null || state === undefined ? null : new Date(state.oldestAtMs).toISOString(),
      values: state?.values ?? 0,
      tags: this.#recorder?.size ?? 0,
      pending: this.#worker?.underWay ?? 0,
      dropped: this.#worker?.dropped ?? 0,
      lagSeconds: this.#lagSeconds(),
      damagedBlocks: state?.damagedBlocks ?? 0,
      trouble: state?.refusal ?? state?.damage ?? null,
      database: this.#database?.status() ?? null,
    };
  }

  health(): ServiceHealth {
    const state = this.#worker?.state;
    const reason = state?.refusal ?? state?.damage ?? this.#database?.reason;
    return reason ? { state: 'Degraded', reason } : { state: 'Healthy' };
  }

  metrics(): readonly ServiceMetric[] {
    const state = this.#worker?.state;
    return [
      {
        name: 'history_values_total',
        help: 'Values that were written to the history on disk.',
        type: 'counter',
        value: state?.values ?? 0,
      },
      { name: 'history_bytes', help: 'Size of the history on disk.', type: 'gauge', value: state?.bytes ?? 0 },
      {
        name: 'history_lag_seconds',
        help: 'Age of the oldest value that is not on disk yet.',
        type: 'gauge',
        value: this.#lagSeconds(),
      },
      {
        name: 'history_dropped_total',
        help: 'Values that found no room on their way to the history.',
        type: 'counter',
        value: this.#worker?.dropped ?? 0,
      },
      ...(this.#database?.metrics() ?? []),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers = [];
    try {
      this.#end.dispose();
    } catch (error) {
      this.#context.logger.error(messageOf(error), { error });
    }
    await Promise.all([this.#worker?.close(), this.#database?.stop()]);
    for (const id of ['history-disk', 'history-damaged']) this.#context.alarms.clear(id);
  }

  #openStore(): HistoryWorker {
    const { pkiDirectory, logger, fail } = this.#context;
    return new HistoryWorker({
      folder: dirname(pkiDirectory),
      limits: this.#settings,
      logger,
      roomAgain: () => this.#recorder?.tellAll(),
      failed: fail,
    });
  }

  #openDatabase(url: string): DatabaseLink {
    const { pkiDirectory, gateway, alarms, logger, clock } = this.#context;
    return new DatabaseLink({
      url,
      site: gateway.site,
      home: dirname(pkiDirectory),
      settings: this.#settings,
      clock,
      logger,
      alarms,
      takesAgain: () => this.#recorder?.tellAll(),
    });
  }

  /** The database first: the store takes the memory of the columns. */
  #sink(): RecorderSink {
    const sinks = [this.#database, this.#worker].filter((sink) => sink !== undefined);
    return {
      define: (tags) => sinks.forEach((sink) => sink.define(tags)),
      end: (numbers, atMs) => sinks.forEach((sink) => sink.end(numbers, atMs)),
      record: (batch) => sinks.forEach((sink) => sink.record(batch)),
    };
  }

  /** Once a second. */
  #look(): void {
    const { alarms, clock } = this.#context;
    const state = this.#worker?.state;
    this.#recorder?.tellQuiet();
    this.#database?.look();
    this.#rate.saw(state?.values ?? 0);
    const isBehind = (this.#worker?.underWay ?? 0) > 0;
    this.#laggingSinceMs = isBehind ? (this.#laggingSinceMs ?? clock.monotonicMs()) : undefined;
    if (state?.refusal) alarms.raise({ conditionId: 'history-disk', severity: 700, message: state.refusal });
    else alarms.clear('history-disk');
    if (state?.damage) alarms.raise({ conditionId: 'history-damaged', severity: 500, message: state.damage });
  }

  /** The journal takes a second at most: what waits for longer does so because of the disk. */
  #lagSeconds(): number {
    return this.#laggingSinceMs === undefined ? 0 : (this.#context.clock.monotonicMs() - this.#laggingSinceMs) / 1_000;
  }

  #every(ms: number, work: () => void): void {
    const at = this.#timers.length;
    const again = (): void => {
      this.#timers[at] = this.#context.clock.setTimer(() => {
        again();
        work();
      }, ms);
      this.#timers[at].unref();
    };
    again();
  }
}

function matcherOf({ include, exclude }: HistorySettings): (path: string) => boolean {
  const isIncluded = pathMatcher(include);
  const isExcluded = pathMatcher(exclude);
  return (path) => isIncluded(path) && !isExcluded(path);
}
