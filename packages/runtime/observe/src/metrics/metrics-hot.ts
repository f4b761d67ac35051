import { Counter, Histogram, type Registry } from 'prom-client';
import type { CallOutcome, CapabilityMetrics, DriverMetrics } from './driver-metrics.js';
import { overflowDriver, type SeriesLimit } from './series-limit.js';

/** Series that are written while values travel: children are bound once and remembered, so that they can be removed. */
export interface HotMetrics {
  bindDriver(driverId: string): DriverMetrics;
  bindCapability(driverId: string, capability: string): CapabilityMetrics;
  removeDriver(driverId: string): void;
}

/** From a loopback PLC (1 ms) to the longest pipeline (30 s). */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function makeHotMetrics(registry: Registry, limit: SeriesLimit): HotMetrics {
  const counters = makeCounters(registry);
  const pollDuration = new Histogram({
    name: 'fieldwarden_poll_duration_seconds',
    help: 'Duration of one scan of one device.',
    labelNames: ['driver'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  const capabilityDuration = new Histogram({
    name: 'fieldwarden_capability_duration_seconds',
    help: 'Duration of capability calls, waiting and retries included.',
    labelNames: ['capability'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  const book = new SeriesBook(limit);

  return {
    bindDriver(driver) {
      const polled = book.bind(counters.tagsPolled, driver, { driver });
      const late = book.bind(counters.lateReplies, driver, { driver });
      const duration = book.bind(pollDuration, driver, { driver });
      polled.inc(0); // a series that begins with its first increment hides it from `rate`
      late.inc(0);
      const restarts = memo((cause: string) => book.bind(counters.hostRestarts, driver, { driver, cause }));
      return {
        tagsPolled: (count) => polled.inc(count),
        pollTook: (seconds) => duration.observe(seconds),
        lateReply: () => late.inc(),
        hostRestarted: (cause) => restarts(cause).inc(),
      };
    },
    bindCapability(driver, capability) {
      const calls = memo((result: CallOutcome) => book.bind(counters.calls, driver, { driver, capability, result }));
      const retries = book.bind(counters.retries, driver, { driver, capability });
      calls('ok').inc(0);
      retries.inc(0);
      const duration = capabilityDuration.labels({ capability });
      return {
        called(result, seconds) {
          calls(result).inc();
          duration.observe(seconds);
        },
        retried: () => retries.inc(),
      };
    },
    removeDriver: (driver) => book.removeDriver(driver),
  };
}

function makeCounters(registry: Registry) {
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter<Label>({ name: `fieldwarden_${name}`, help, labelNames, registers: [registry] });
  return {
    tagsPolled: counter('tags_polled_total', 'Tags that were given a status by a scan, Good or not.', ['driver']),
    lateReplies: counter('late_replies_total', 'Replies that came after their request had been given up.', ['driver']),
    hostRestarts: counter('host_restarts_total', 'Starts of a Host after its first, by the cause.', [
      'driver',
      'cause',
    ]),
    calls: counter('capability_calls_total', 'Capability calls by result: ok, or the kind of the error.', [
      'driver',
      'capability',
      'result',
    ]),
    retries: counter('retries_total', 'Attempts after the first one of a call.', ['driver', 'capability']),
  };
}

interface Labelled<Label extends string, Child> {
  labels(labels: Record<Label, string>): Child;
  remove(labels: Record<Label, string>): void;
}

/** Remembers which series belong to which driver; those that have no room share one, as of the driver `_other`. */
class SeriesBook {
  readonly #limit: SeriesLimit;
  readonly #removers = new Map<string, (() => void)[]>();
  /** Label sets by metric. */
  readonly #used = new Map<object, number>();

  constructor(limit: SeriesLimit) {
    this.#limit = limit;
  }

  bind<Label extends string, Child>(
    metric: Labelled<Label, Child>,
    driver: string,
    labels: Record<Label, string> & { driver: string },
  ): Child {
    const used = this.#used.get(metric) ?? 0;
    if (!this.#limit.hasRoom(used)) {
      this.#limit.drop('driver counters');
      return metric.labels({ ...labels, driver: overflowDriver });
    }
    this.#used.set(metric, used + 1);
    this.#removersOf(driver).push(() => {
      metric.remove(labels);
      this.#used.set(metric, (this.#used.get(metric) ?? 1) - 1);
    });
    return metric.labels(labels);
  }

  removeDriver(driver: string): void {
    for (const remove of this.#removers.get(driver) ?? []) remove();
    this.#removers.delete(driver);
  }

  #removersOf(driver: string): (() => void)[] {
    const removers = this.#removers.get(driver) ?? [];
    this.#removers.set(driver, removers);
    return removers;
  }
}

/** One value per key, made when first asked for. */
function memo<Key extends string, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}
