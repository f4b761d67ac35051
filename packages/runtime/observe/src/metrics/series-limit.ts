import { Gauge, type Registry } from 'prom-client';

/** Label sets of one metric; a Prometheus server feels more than these, and no plant of one gateway needs them. */
export const seriesPerMetric = 10_000;

/** In place of the driver's id in series that have no room of their own; no driver can be called so. */
export const overflowDriver = '_other';

/**
 * Keeps every metric to a number of label sets, and counts those that are left out: labels come from the configuration, and a
 * gateway with more devices than anybody expected must not bring its monitoring down.
 */
export class SeriesLimit {
  readonly #perMetric: number;
  readonly #dropped = new Map<string, number>();

  constructor(perMetric = seriesPerMetric) {
    this.#perMetric = perMetric;
  }

  /** A count from 0 for one metric: true as long as there is room. */
  count(metric: string): () => boolean {
    let used = 0;
    this.#dropped.delete(metric);
    return () => {
      used += 1;
      return used <= this.#perMetric || this.drop(metric);
    };
  }

  /** Another label set of this metric is left out. */
  drop(metric: string): false {
    this.#dropped.set(metric, (this.#dropped.get(metric) ?? 0) + 1);
    return false;
  }

  hasRoom(used: number): boolean {
    return used < this.#perMetric;
  }

  /** Register it last: it shows what the other metrics of the same scrape left out. */
  register(registry: Registry): void {
    const metric: Gauge<'metric'> = new Gauge({
      name: 'fieldwarden_metrics_dropped_series',
      help: 'Label sets that a metric has no room for.',
      labelNames: ['metric'],
      registers: [registry],
      collect: () => {
        metric.reset();
        for (const [name, dropped] of this.#dropped) metric.set({ metric: name }, dropped);
      },
    });
  }
}
