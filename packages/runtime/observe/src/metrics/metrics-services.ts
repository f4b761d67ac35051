import type { ServiceMetric } from '@fieldwarden/service';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { SeriesLimit } from './series-limit.js';

/** One service, with the figures that it gave last. */
export interface ServiceSample {
  readonly serviceId: string;
  readonly state: string;
  readonly metrics: readonly ServiceMetric[];
}

interface Family {
  readonly metric: Gauge | Counter;
  readonly type: ServiceMetric['type'];
  readonly labelNames: readonly string[];
}

/** The figures of services: their names are the services' own, so families come up as they are first told. */
export class ServiceFamilies {
  readonly #registry: Registry;
  readonly #limit: SeriesLimit;
  readonly #states: Gauge<'service' | 'state'>;
  readonly #families = new Map<string, Family>();

  constructor(registry: Registry, limit: SeriesLimit) {
    this.#registry = registry;
    this.#limit = limit;
    this.#states = new Gauge({
      name: 'fieldwarden_service_state',
      help: 'State of a service: 1 for the one that it is in.',
      labelNames: ['service', 'state'],
      registers: [registry],
    });
  }

  /** Before each scrape: what is no longer told disappears. */
  update(samples: Iterable<ServiceSample>): void {
    this.#states.reset();
    for (const { metric } of this.#families.values()) metric.reset();
    const room = new Map<string, () => boolean>();
    for (const { serviceId: service, state, metrics } of samples) {
      this.#states.set({ service, state }, 1);
      for (const sample of metrics) this.#set(sample, room);
    }
  }

  #set(sample: ServiceMetric, room: Map<string, () => boolean>): void {
    const { name, labels = {}, value } = sample;
    if (!/^[a-z][a-z0-9_]*$/.test(name) || !Number.isFinite(value)) return;
    let hasRoom = room.get(name);
    if (!hasRoom) room.set(name, (hasRoom = this.#limit.count(name)));
    if (!hasRoom()) return;
    const family = this.#family(sample, Object.keys(labels));
    if (family?.metric instanceof Gauge) family.metric.set(labels, value);
    else if (value >= 0) family?.metric.inc(labels, value);
  }

  /** Undefined for a name that belongs to the gateway itself. */
  #family({ name, help, type }: ServiceMetric, labels: readonly string[]): Family | undefined {
    const full = `fieldwarden_${name}`;
    const known = this.#families.get(name);
    if (known?.type === type && labels.every((label) => known.labelNames.includes(label))) return known;
    if (!known && this.#registry.getSingleMetric(full)) return undefined;
    if (known) this.#registry.removeSingleMetric(full);
    const labelNames = [...new Set([...(known?.labelNames ?? []), ...labels])];
    const options = { name: full, help, labelNames, registers: [this.#registry] };
    const family = { metric: type === 'counter' ? new Counter(options) : new Gauge(options), type, labelNames };
    this.#families.set(name, family);
    return family;
  }
}
