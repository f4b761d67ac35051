import { floodAbove, type AlarmBook } from '@fieldwarden/alarms';
import type { DriverInstance } from '@fieldwarden/instances';
import type { AlarmSample, DeviceSample, DriverSample, MetricsSource } from '@fieldwarden/observe';
import type { RunningServices } from '@fieldwarden/services';
import type { ConfigurationFacts } from './gateway-facts.js';

/** The gauges of the metrics, read from the running instances whenever somebody asks. */
export function metricsSource(
  instances: ReadonlyMap<string, DriverInstance>,
  services: Pick<RunningServices, 'facts'>,
  configuration: { facts(): ConfigurationFacts },
  alarms: Pick<AlarmBook, 'activations' | 'statistics'>,
): MetricsSource {
  return {
    alarms: () => alarmSample(alarms),
    services: () => services.facts().map(({ id: serviceId, state, metrics }) => ({ serviceId, state, metrics })),
    config: () => configuration.facts(),
    drivers: () => [...instances.values()].map(driverSample),
    devices: () => [...instances.values()].flatMap(deviceSamples),
  };
}

function alarmSample(alarms: Pick<AlarmBook, 'activations' | 'statistics'>): AlarmSample {
  const { activations, byArea } = alarms.activations();
  const floods = new Map([...byArea].map(([area, count]) => [area, count > floodAbove] as const));
  return { active: alarms.statistics().active, activations, floods };
}

function driverSample(instance: DriverInstance): DriverSample {
  const { facts, isolation, state, id, stability } = instance;
  if (isolation === 'in-process') return { driverId: id, state, host: undefined };
  const heartbeatSeconds = facts.heartbeatMs === null ? null : facts.heartbeatMs / 1000;
  const { bytes, baselineBytes, softBytes, hardBytes } = stability.memory;
  const memoryBytes = {
    current: bytes ?? facts.memoryBytes,
    baseline: baselineBytes,
    soft: softBytes,
    hard: hardBytes,
  };
  return { driverId: id, state, host: { up: facts.upMs !== null, heartbeatSeconds, memoryBytes } };
}

function deviceSamples(instance: DriverInstance): DeviceSample[] {
  return instance.devices.map(({ id, invoker, statistics }) => {
    const fastest = [...statistics].sort((a, b) => a.requestedMs - b.requestedMs)[0];
    const { breaker, depth } = invoker.status;
    return {
      driverId: instance.id,
      device: id,
      breaker,
      bulkheadDepth: depth,
      scanIntervalSeconds: fastest?.achievedMs === undefined ? null : fastest.achievedMs / 1000,
      scanOverruns: statistics.reduce((sum, { overruns }) => sum + overruns, 0),
    };
  });
}
