import { collectDefaultMetrics, Registry } from 'prom-client';
import type { CapabilityMetrics, DriverMetrics } from './driver-metrics.js';
import { bindPublishes, type PublishResult } from './metrics-config.js';
import { SampledMetrics, type MetricsSource } from './metrics-samples.js';
import { makeHotMetrics, type HotMetrics } from './metrics-hot.js';
import { bindEventLoopLag } from './event-loop-lag.js';
import { SeriesLimit } from './series-limit.js';

export interface Metrics {
  /** The same object for the same driver. */
  forDriver(driverId: string): DriverMetrics;
  forCapability(driverId: string, capability: string): CapabilityMetrics;
  configPublished(result: PublishResult): void;
  /** Where gauges are read from whenever somebody asks for the metrics. Replaces an earlier source. */
  observe(source: MetricsSource): void;
  /** Removes every series of a driver that is no longer configured. Objects handed out for it must not be used any more. */
  removeDriver(driverId: string): void;
  /** Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Ends the measurement of the event loop. */
  close(): void;
}

/**
 * The metrics of INTERFACES §7 that have a source in this process, in a registry of their own. Names begin with `fieldwarden_`;
 * the default process metrics keep the names that every Prometheus client gives them.
 */
export function createMetrics(limit = new SeriesLimit()): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamedDefaults) registry.removeSingleMetric(name);
  const sampled = new SampledMetrics(registry, limit);
  const lag = bindEventLoopLag(registry);
  const hot = makeHotMetrics(registry, limit);
  const published = bindPublishes(registry);
  limit.register(registry);
  return new GatewayMetrics(registry, hot, sampled, lag, published);
}

/** prom-client's gauges that end in `_total`, a suffix of counters; `nodejs_active_resources` and its like say the same. */
const misnamedDefaults = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

class GatewayMetrics implements Metrics {
  readonly #registry: Registry;
  readonly #hot: HotMetrics;
  readonly #sampled: SampledMetrics;
  readonly #lag: Disposable;
  readonly configPublished: (result: PublishResult) => void;
  readonly #drivers = new Map<string, DriverMetrics>();

  constructor(
    registry: Registry,
    hot: HotMetrics,
    sampled: SampledMetrics,
    lag: Disposable,
    configPublished: (result: PublishResult) => void,
  ) {
    this.configPublished = configPublished;
    this.#registry = registry;
    this.#hot = hot;
    this.#sampled = sampled;
    this.#lag = lag;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  forDriver(driverId: string): DriverMetrics {
    let bound = this.#drivers.get(driverId);
    if (bound === undefined) this.#drivers.set(driverId, (bound = this.#hot.bindDriver(driverId)));
    return bound;
  }

  forCapability(driverId: string, capability: string): CapabilityMetrics {
    return this.#hot.bindCapability(driverId, capability);
  }

  observe(source: MetricsSource): void {
    this.#sampled.observe(source);
  }

  removeDriver(driverId: string): void {
    this.#drivers.delete(driverId);
    this.#hot.removeDriver(driverId);
  }

  text(): Promise<string> {
    this.#sampled.updateServices();
    return this.#registry.metrics();
  }

  close(): void {
    this.#lag[Symbol.dispose]();
  }
}
