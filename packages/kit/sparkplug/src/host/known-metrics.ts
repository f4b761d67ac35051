import { messageOf } from '@fieldwarden/core';
import { sparkplugTypes, type SparkplugType } from '../payload/data-types.js';
import { metricValue } from '../payload/decode-value.js';
import { qualities } from '../payload/encode-metric.js';
import type { Metric, Payload } from '../payload/payload.js';
import type { HostMetric } from './host-events.js';

interface KnownMetric {
  readonly name: string;
  readonly alias: number | bigint | undefined;
  readonly type: SparkplugType;
  readonly device: string | undefined;
  /** A message that leaves the property out means the one before. */
  quality: HostMetric['quality'];
}

/** Names and types of the births of one session: data carry neither. */
export class KnownMetrics {
  readonly #byAlias = new Map<number | bigint, KnownMetric>();
  /** By device, then by name. */
  readonly #byName = new Map<string | undefined, Map<string, KnownMetric>>();

  clear(): void {
    this.#byAlias.clear();
    this.#byName.clear();
  }

  isBorn(device: string | undefined): boolean {
    return this.#byName.has(device);
  }

  forget(device: string): void {
    this.#byName.delete(device);
    for (const [alias, known] of this.#byAlias) if (known.device === device) this.#byAlias.delete(alias);
  }

  /** A birth replaces all that was known of the device. Metrics without a name are passed over. */
  born(device: string | undefined, payload: Payload): HostMetric[] {
    if (device !== undefined) this.forget(device);
    const named = new Map<string, KnownMetric>();
    this.#byName.set(device, named);
    const metrics: HostMetric[] = [];
    for (const metric of payload.metrics) {
      if (metric.name === undefined) continue;
      const known: KnownMetric = {
        name: metric.name,
        alias: metric.alias,
        type: metric.datatype ?? sparkplugTypes.Unknown,
        device,
        quality: 'good',
      };
      named.set(known.name, known);
      if (metric.alias !== undefined) this.#byAlias.set(metric.alias, known);
      metrics.push(hostMetric(known, metric, payload));
    }
    return metrics;
  }

  /** `unknown`: metrics that no birth of the device named. */
  told(device: string | undefined, payload: Payload): { readonly metrics: HostMetric[]; readonly unknown: number } {
    const metrics: HostMetric[] = [];
    for (const metric of payload.metrics) {
      const known = this.#find(device, metric);
      if (known) metrics.push(hostMetric(known, metric, payload));
    }
    return { metrics, unknown: payload.metrics.length - metrics.length };
  }

  #find(device: string | undefined, { name, alias }: Metric): KnownMetric | undefined {
    const known = alias === undefined ? undefined : this.#byAlias.get(alias);
    if (known) return known.device === device ? known : undefined;
    return name === undefined ? undefined : this.#byName.get(device)?.get(name);
  }
}

function hostMetric(known: KnownMetric, metric: Metric, payload: Payload): HostMetric {
  const { name, alias, type } = known;
  const told = metric.properties?.get('Quality')?.value;
  if (told !== undefined && told !== null) {
    known.quality = told === qualities.good ? 'good' : told === qualities.stale ? 'stale' : 'bad';
  }
  const common = {
    name,
    alias,
    type,
    sourceAtMs: metric.timestampMs ?? payload.timestampMs,
    isHistorical: metric.isHistorical,
  };
  try {
    return { ...common, value: metricValue(metric, type), quality: known.quality, problem: undefined };
  } catch (error) {
    return { ...common, value: null, quality: 'bad', problem: messageOf(error) };
  }
}
