import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnSync } from 'node:child_process';
import { createMetrics, type Metrics } from './metrics.js';
import { SeriesLimit } from './series-limit.js';
import type { DeviceSample, DriverSample, MetricsSource } from './metrics-samples.js';

let metrics: Metrics;

beforeEach(() => {
  metrics = createMetrics();
});

afterEach(() => metrics.close());

/** Lines of one metric, without its comments. */
async function series(name: string): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith(`fieldwarden_${name}`));
}

const press: DriverSample = {
  driverId: 'press',
  state: 'Reconnecting',
  host: { up: true, heartbeatSeconds: 0.25, memoryBytes: { current: 1_000, baseline: 900, soft: null, hard: null } },
};
const filler: DeviceSample = {
  driverId: 'press',
  device: 'filler',
  breaker: 'half-open',
  bulkheadDepth: 3,
  scanIntervalSeconds: 1.002,
  scanOverruns: 4,
};
const full: MetricsSource = {
  drivers: () => [press, { driverId: 'sim', state: 'Healthy', host: undefined }],
  devices: () => [filler, { ...filler, device: 'capper', breaker: 'closed', scanIntervalSeconds: null }],
  services: () => [
    {
      serviceId: 'opcua',
      state: 'Healthy',
      metrics: [
        { name: 'opcua_sessions', help: 'Sessions.', type: 'gauge', value: 2 },
        {
          name: 'opcua_refusals_total',
          help: 'Refusals.',
          type: 'counter',
          labels: { reason: 'certificate' },
          value: 50,
        },
      ],
    },
  ],
};

describe('metrics that are written as it happens (§12.3)', () => {
  it('count and time what a driver does', async () => {
    const driver = metrics.forDriver('press');
    driver.tagsPolled(100);
    driver.tagsPolled(20);
    driver.pollTook(0.02);
    driver.lateReply();
    driver.hostRestarted('hang');
    driver.hostRestarted('hang');
    driver.hostRestarted('exit');
    expect(await series('tags_polled_total')).toEqual(['fieldwarden_tags_polled_total{driver="press"} 120']);
    expect(await series('late_replies_total')).toEqual(['fieldwarden_late_replies_total{driver="press"} 1']);
    expect(await series('poll_duration_seconds_sum')).toEqual([
      'fieldwarden_poll_duration_seconds_sum{driver="press"} 0.02',
    ]);
    expect(await series('host_restarts_total')).toEqual([
      'fieldwarden_host_restarts_total{driver="press",cause="hang"} 2',
      'fieldwarden_host_restarts_total{driver="press",cause="exit"} 1',
    ]);
  });

  it('count calls by result, and time them by capability', async () => {
    const read = metrics.forCapability('press', 'read');
    read.called('ok', 0.5);
    read.called('timeout', 1.5);
    read.retried();
    metrics.forCapability('sim', 'read').called('ok', 1);
    expect(await series('capability_calls_total')).toEqual([
      'fieldwarden_capability_calls_total{driver="press",capability="read",result="ok"} 1',
      'fieldwarden_capability_calls_total{driver="press",capability="read",result="timeout"} 1',
      'fieldwarden_capability_calls_total{driver="sim",capability="read",result="ok"} 1',
    ]);
    expect(await series('retries_total')).toContain('fieldwarden_retries_total{driver="press",capability="read"} 1');
    expect(await series('capability_duration_seconds_sum')).toEqual([
      'fieldwarden_capability_duration_seconds_sum{capability="read"} 3',
    ]);
  });

  it('stand at zero from the start, so that a rate has something to begin with', async () => {
    metrics.forDriver('press');
    metrics.forCapability('press', 'read');
    expect(await series('tags_polled_total')).toEqual(['fieldwarden_tags_polled_total{driver="press"} 0']);
    expect(await series('capability_calls_total')).toEqual([
      'fieldwarden_capability_calls_total{driver="press",capability="read",result="ok"} 0',
    ]);
  });

  it('are bound once per driver', () => {
    expect(metrics.forDriver('press')).toBe(metrics.forDriver('press'));
  });
});

describe('metrics that are read when somebody asks (§12.3)', () => {
  it('show the source', async () => {
    metrics.observe(full);
    expect(await series('driver_state{driver="press"')).toEqual([
      'fieldwarden_driver_state{driver="press",state="Unknown"} 0',
      'fieldwarden_driver_state{driver="press",state="Initializing"} 0',
      'fieldwarden_driver_state{driver="press",state="Healthy"} 0',
      'fieldwarden_driver_state{driver="press",state="Degraded"} 0',
      'fieldwarden_driver_state{driver="press",state="Reconnecting"} 1',
      'fieldwarden_driver_state{driver="press",state="Faulted"} 0',
      'fieldwarden_driver_state{driver="press",state="Stopped"} 0',
    ]);
    expect(await series('host_')).toEqual([
      'fieldwarden_host_up{driver="press"} 1',
      'fieldwarden_host_heartbeat_seconds{driver="press"} 0.25',
      'fieldwarden_host_memory_bytes{driver="press",kind="current"} 1000',
      'fieldwarden_host_memory_bytes{driver="press",kind="baseline"} 900',
    ]);
    expect(await series('scan_')).toEqual([
      'fieldwarden_scan_interval_seconds{driver="press",device="filler"} 1.002',
      'fieldwarden_scan_overruns_total{driver="press",device="filler"} 4',
      'fieldwarden_scan_overruns_total{driver="press",device="capper"} 4',
    ]);
    expect(await series('b')).toEqual([
      'fieldwarden_breaker_state{driver="press",device="filler"} 1',
      'fieldwarden_breaker_state{driver="press",device="capper"} 0',
      'fieldwarden_bulkhead_depth{driver="press",device="filler"} 3',
      'fieldwarden_bulkhead_depth{driver="press",device="capper"} 3',
    ]);
    expect(await series('opcua_')).toEqual([
      'fieldwarden_opcua_sessions 2',
      'fieldwarden_opcua_refusals_total{reason="certificate"} 50',
    ]);
    expect(await series('service_')).toEqual(['fieldwarden_service_state{service="opcua",state="Healthy"} 1']);
  });

  it('keep a count that somebody else keeps, however often they are read', async () => {
    metrics.observe(full);
    await metrics.text();
    expect((await series('scan_overruns_total'))[0]).toBe(
      'fieldwarden_scan_overruns_total{driver="press",device="filler"} 4',
    );
  });

  it('forget what the source no longer names', async () => {
    metrics.observe(full);
    await metrics.text();
    metrics.observe({ drivers: () => [], devices: () => [], services: () => [] });
    expect((await metrics.text()).split('\n').filter((line) => line.includes('press'))).toEqual([]);
    expect(await series('opcua_')).toEqual(['fieldwarden_opcua_sessions 0']);
    expect(await series('service_')).toEqual([]);
  });

  it('include the lag of the event loop and the default process metrics', async () => {
    expect(await series('event_loop_lag_seconds')).toHaveLength(1);
    expect(await metrics.text()).toMatch(/^process_cpu_seconds_total \d/m);
  });
});

it('a driver that is no longer configured leaves no series behind', async () => {
  for (const driver of ['press', 'other']) {
    metrics.forDriver(driver).hostRestarted('exit');
    metrics.forDriver(driver).pollTook(1);
    metrics.forCapability(driver, 'read').called('busy', 1);
    metrics.forCapability(driver, 'write').retried();
  }
  metrics.removeDriver('press');
  const text = await metrics.text();
  expect(text).not.toContain('driver="press"');
  expect(text).toContain('fieldwarden_host_restarts_total{driver="other",cause="exit"} 1');
});

describe('the number of series (§12.3)', () => {
  const devices = Array.from({ length: 30 }, (_, i) => ({ ...filler, device: `unit-${i}` }));

  it('is bounded for devices, and what is left out is counted', async () => {
    metrics.close();
    metrics = createMetrics(new SeriesLimit(20));
    metrics.observe({ ...full, devices: () => devices });
    expect(await series('breaker_state')).toHaveLength(20);
    expect(await series('breaker_state')).toHaveLength(20); // and again: nothing adds up
    expect(await series('metrics_dropped_series')).toContain(
      'fieldwarden_metrics_dropped_series{metric="breaker_state"} 10',
    );
    metrics.observe({ ...full, devices: () => devices.slice(0, 20) });
    expect(await series('breaker_state')).toHaveLength(20);
    expect(await series('metrics_dropped_series')).toEqual([]);
  });

  it('is bounded for drivers: those without room are counted together, and room comes back with a driver that goes', async () => {
    metrics.close();
    metrics = createMetrics(new SeriesLimit(2));
    for (const driver of ['a', 'b', 'c', 'd']) metrics.forDriver(driver).tagsPolled(5);
    expect(await series('tags_polled_total')).toEqual(
      ['a} 5', 'b} 5', '_other} 10'].map((end) => `fieldwarden_tags_polled_total{driver="${end.replace('}', '"}')}`),
    );
    metrics.removeDriver('a');
    metrics.forDriver('e').tagsPolled(7);
    expect(await series('tags_polled_total')).toContain('fieldwarden_tags_polled_total{driver="e"} 7');
  });
});

it('promtool finds nothing to say about the names, types and helps (§12.3)', async () => {
  metrics.observe(full);
  metrics.forDriver('press').hostRestarted('hang');
  metrics.forCapability('press', 'read').called('timeout', 1);
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: await metrics.text(),
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});

it('names and helps follow the conventions that promtool checks', async () => {
  metrics.observe(full);
  const lines = (await metrics.text()).split('\n');
  const types = new Map(
    lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.slice(7).split(' ') as [string, string]),
  );
  expect(types.size).toBeGreaterThan(30);
  for (const [name, type] of types) {
    expect(name).toMatch(/^[a-z0-9_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(count|sum|bucket|gauge|counter|histogram|ms|milliseconds|minutes|kilobytes|percent)$/);
    expect(lines.some((line) => line.startsWith(`# HELP ${name} `) && line.length > name.length + 10)).toBe(true);
  }
});
