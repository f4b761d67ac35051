import { driverStates, type DriverState } from '@fieldwarden/gateway-contract';
import { Counter, Gauge, type Registry } from 'prom-client';
import { ServiceFamilies, type ServiceSample } from './metrics-services.js';
import type { SeriesLimit } from './series-limit.js';

/** Asked for each scrape; what it no longer names disappears from the metrics. */
export interface MetricsSource {
  drivers(): Iterable<DriverSample>;
  devices(): Iterable<DeviceSample>;
  services(): Iterable<ServiceSample>;
  /** Undefined before there is a book of alarms. */
  alarms?(): AlarmSample | undefined;
  /** The configuration that runs; undefined before it was found. */
  config?(): { readonly generation: number | null; readonly usingStaleConfig: boolean } | undefined;
}

export interface AlarmSample {
  /** Now, by priority. */
  readonly active: Readonly<Record<string, number>>;
  /** Since the start of the gateway, by priority. */
  readonly activations: ReadonlyMap<string, number>;
  /** Whether each area with activations in the last ten minutes has more than a person can deal with. */
  readonly floods: ReadonlyMap<string, boolean>;
}

export interface DriverSample {
  readonly driverId: string;
  readonly state: DriverState;
  /** Undefined in-process. */
  readonly host: HostSample | undefined;
}

export interface HostSample {
  readonly up: boolean;
  /** Since the last pong; null before the first. */
  readonly heartbeatSeconds: number | null;
  readonly memoryBytes: Readonly<Record<MemoryKind, number | null>>;
}

export const memoryKinds = ['current', 'baseline', 'soft', 'hard'] as const;

export type MemoryKind = (typeof memoryKinds)[number];

export interface DeviceSample {
  readonly driverId: string;
  readonly device: string;
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** Calls under way and waiting. */
  readonly bulkheadDepth: number;
  /** Achieved interval of the device's fastest scan class; null before the second scan. */
  readonly scanIntervalSeconds: number | null;
  /** Since the start of the gateway. */
  readonly scanOverruns: number;
}

/** Severity, so that `> 0` finds everything that is not closed. */
const breakerLevels = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Before there is anything to look at. */
const nothing: MetricsSource = { drivers: () => [], devices: () => [], services: () => [] };

/** The gauges and counters that are read from a source when somebody asks. */
export class SampledMetrics {
  readonly #services: ServiceFamilies;
  #source = nothing;

  constructor(registry: Registry, limit: SeriesLimit) {
    this.#services = new ServiceFamilies(registry, limit);
    const target = { registry, limit };
    bindDrivers(target, () => this.#source.drivers());
    bindHosts(target, () => this.#source.drivers());
    bindDevices(target, () => this.#source.devices());
    bindAlarms(target, () => this.#source.alarms?.());
    bindConfig(target, () => this.#source.config?.());
  }

  /** From now on they are read from here. */
  observe(source: MetricsSource): void {
    this.#source = source;
  }

  /** Brings the metrics that services name themselves up to date; all others are read as they are asked for. */
  updateServices(): void {
    this.#services.update(this.#source.services());
  }
}

function bindDrivers(target: Target, drivers: () => Iterable<DriverSample>): void {
  gauge(
    target,
    'driver_state',
    'State of a driver: 1 for the state it is in, 0 for the others.',
    ['driver', 'state'],
    (set) => {
      for (const { driverId, state } of drivers()) {
        for (const candidate of driverStates) set(candidate === state ? 1 : 0, { driver: driverId, state: candidate });
      }
    },
  );
}

function bindHosts(target: Target, drivers: () => Iterable<DriverSample>): void {
  function* hosts(): Generator<HostSample & { driver: string }> {
    for (const { driverId, host } of drivers()) if (host) yield { driver: driverId, ...host };
  }
  gauge(target, 'host_up', 'Whether the Host of a driver runs and is ready.', ['driver'], (set) => {
    for (const { driver, up } of hosts()) set(up ? 1 : 0, { driver });
  });
  gauge(target, 'host_heartbeat_seconds', 'Time since the last sign of life of a Host.', ['driver'], (set) => {
    for (const { driver, heartbeatSeconds } of hosts()) set(heartbeatSeconds, { driver });
  });
  gauge(
    target,
    'host_memory_bytes',
    'Private memory of a Host, and what it is judged by.',
    ['driver', 'kind'],
    (set) => {
      for (const { driver, memoryBytes } of hosts()) {
        for (const kind of memoryKinds) set(memoryBytes[kind], { driver, kind });
      }
    },
  );
}

function bindDevices(target: Target, devices: () => Iterable<DeviceSample>): void {
  const labels = ['driver', 'device'] as const;
  const each = (value: (sample: DeviceSample) => number | null) => (set: SetSeries<(typeof labels)[number]>) => {
    for (const sample of devices()) set(value(sample), { driver: sample.driverId, device: sample.device });
  };
  gauge(
    target,
    'scan_interval_seconds',
    'Achieved interval of the fastest scan class of a device.',
    labels,
    each((sample) => sample.scanIntervalSeconds),
  );
  gauge(
    target,
    'breaker_state',
    'Breaker of a device: 0 closed, 1 half-open, 2 open.',
    labels,
    each((sample) => breakerLevels[sample.breaker]),
  );
  gauge(
    target,
    'bulkhead_depth',
    'Calls of a device under way and waiting.',
    labels,
    each((sample) => sample.bulkheadDepth),
  );
  sampledCounter(
    target,
    'scan_overruns_total',
    'Scans that were due while the one before was still under way.',
    labels,
    each((sample) => sample.scanOverruns),
  );
}

function bindAlarms(target: Target, alarms: () => AlarmSample | undefined): void {
  gauge(target, 'alarms_active', 'Alarms that are active.', ['priority'], (set) => {
    for (const [priority, count] of Object.entries(alarms()?.active ?? {})) set(count, { priority });
  });
  const help = 'Times that an alarm became active, since the start of the gateway.';
  sampledCounter(target, 'alarm_activations_total', help, ['priority'], (set) => {
    for (const [priority, count] of alarms()?.activations ?? []) set(count, { priority });
  });
  const flood = 'Whether an area has more than ten activations in the last ten minutes: 1 if so.';
  gauge(target, 'alarm_flood', flood, ['area'], (set) => {
    for (const [area, isFlood] of alarms()?.floods ?? []) set(isFlood ? 1 : 0, { area });
  });
}

function bindConfig(target: Target, config: () => ReturnType<NonNullable<MetricsSource['config']>>): void {
  gauge(target, 'config_generation', 'Generation of the configuration that runs.', [], (set) => {
    set(config()?.generation ?? null, {});
  });
  gauge(target, 'config_stale', 'Whether the configuration authority is out of reach: 1 if so.', [], (set) => {
    set(config()?.usingStaleConfig === true ? 1 : 0, {});
  });
}

interface Target {
  readonly registry: Registry;
  readonly limit: SeriesLimit;
}

/** Null leaves the series out: there is no such number at the moment. */
type SetSeries<Label extends string> = (value: number | null, labels: Record<Label, string>) => void;

function gauge<Label extends string>(
  { registry, limit }: Target,
  name: string,
  help: string,
  labelNames: readonly Label[],
  read: (set: SetSeries<Label>) => void,
): void {
  const metric: Gauge<Label> = new Gauge({
    name: `fieldwarden_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect: () => {
      metric.reset();
      const hasRoom = limit.count(name);
      read((value, labels) => value !== null && hasRoom() && metric.set(labels, value));
    },
  });
}

/** A count that somebody else keeps. */
function sampledCounter<Label extends string>(
  { registry, limit }: Target,
  name: string,
  help: string,
  labelNames: readonly Label[],
  read: (set: SetSeries<Label>) => void,
): void {
  const metric: Counter<Label> = new Counter({
    name: `fieldwarden_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect: () => {
      metric.reset();
      const hasRoom = limit.count(name);
      read((value, labels) => value !== null && hasRoom() && metric.inc(labels, value));
    },
  });
}
