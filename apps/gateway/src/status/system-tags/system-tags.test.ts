import { statusCodes, statusName } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { TagStore } from '@fieldwarden/tags';
import { beforeEach, describe, expect, it } from 'vitest';
import { driver, row } from '../../testing/status-samples.js';
import { SystemTags } from './system-tags.js';

describe('system tags (§8.5)', () => {
  let clock: FakeClock;
  let store: TagStore;
  let tags: SystemTags;

  beforeEach(() => {
    clock = new FakeClock();
    store = new TagStore(clock, collectingLogger());
    tags = new SystemTags({ store, clock });
  });

  const paths = (): string[] => [...store.entries()].map(([path]) => path);
  function shown(path: string): unknown {
    const handle = store.handleOf(`_system/${path}`);
    if (handle === undefined) return 'no such tag';
    const { value, status } = store.read(handle);
    return status === statusCodes.Good ? value : statusName(status);
  }

  it('show a driver and its devices', () => {
    const rows = [
      row('filler', { consecutiveFailures: 3, achievedScanMs: 999.5 }),
      row('capper', { deviceState: 'demoted', breaker: 'open', lastBreakerOpenAt: '2030-01-01T00:00:01.000Z' }),
    ];
    tags.driver({ driver: driver({ pid: 77, restarts: { crash: 1, recycle: 2, operator: 3 } }), rows });
    expect(shown('drivers/packaging/state')).toBe('Healthy');
    expect(shown('drivers/packaging/pid')).toBe(77);
    expect(shown('drivers/packaging/restarts')).toBe(6);
    expect(shown('drivers/packaging/enabled')).toBe(true);
    expect(shown('devices/packaging/filler/failures')).toBe(3);
    expect(shown('devices/packaging/filler/achievedIntervalMs')).toBe(999.5);
    expect(shown('devices/packaging/filler/demoted')).toBe(false);
    expect(shown('devices/packaging/capper/demoted')).toBe(true);
    expect(shown('devices/packaging/capper/lastBreakerOpenAt')).toBe(Date.UTC(2030, 0, 1, 0, 0, 1));
  });

  it('show the gateway', () => {
    const facts = {
      version: '1.2.3',
      site: 'lab',
      startedAtMs: 5,
      uptimeMs: 2_900,
      residentBytes: 1e8,
      plantTags: 12,
      auditHead: null,
      valuesPerSecond: 3,
      generation: 4,
      usingStaleConfig: true,
      authority: 'embedded',
    } as const;
    tags.gateway(facts);
    expect(['generation', 'usingStaleConfig', 'uptimeSeconds', 'site'].map(shown)).toEqual([4, true, 2, 'lab']);
    tags.gateway({ ...facts, auditHead: '12 00ff' });
    expect(shown('auditHead')).toBe('12 00ff');
  });

  it('are no tags of the plant, belong to no driver, and never go stale', () => {
    tags.driver({ driver: driver(), rows: [row('filler')] });
    expect([store.plantSize, store.size > 20]).toEqual([0, true]);
    for (const [, handle] of store.entries()) expect(store.definition(handle)!.driverId).toBeNull();
    clock.stall(3_600_000);
    store.markStale({ uncertainAfter: 3, badAfter: 6, slackMs: 0 });
    expect(shown('drivers/packaging/state')).toBe('Healthy');
  });

  it('each have a description, and only `enabled` can be written', () => {
    tags.driver({ driver: driver(), rows: [row('filler')] });
    const definitions = [...store.entries()].map(([, handle]) => store.definition(handle)!);
    expect(definitions.filter(({ description }) => !description)).toEqual([]);
    const writable = definitions.filter(({ access }) => access === 'read-write');
    expect(writable.map(({ path }) => path)).toEqual(['_system/drivers/packaging/enabled']);
  });

  it('without a value at present are BadNoDataAvailable, before and after they have had one', () => {
    tags.driver({ driver: driver(), rows: [] });
    expect(shown('drivers/packaging/pid')).toBe('BadNoDataAvailable');
    expect(store.value(store.handleOf('_system/drivers/packaging/pid')!)).toBeNull();
    tags.driver({ driver: driver({ pid: 5 }), rows: [] });
    expect(shown('drivers/packaging/pid')).toBe(5);
    tags.driver({ driver: driver(), rows: [] });
    expect(shown('drivers/packaging/pid')).toBe('BadNoDataAvailable');
  });

  it('tell listeners of what changed and of nothing else, and keep the time of the change', () => {
    tags.driver({ driver: driver(), rows: [row('filler')] });
    const changed: string[] = [];
    store.onChange((handles, count) => {
      for (const handle of handles.subarray(0, count)) changed.push(store.definition(handle)!.path);
    });
    const before = clock.wallMs();
    clock.stall(500);
    tags.driver({ driver: driver(), rows: [row('filler', { consecutiveFailures: 1 })] });
    expect(changed).toEqual(['_system/devices/packaging/filler/failures']);
    expect(store.sourceAtMs(store.handleOf('_system/devices/packaging/filler/state')!)).toBe(before);
    expect(store.sourceAtMs(store.handleOf('_system/devices/packaging/filler/failures')!)).toBe(before + 500);
  });

  it('come and go with devices and drivers', () => {
    tags.driver({ driver: driver(), rows: [row('filler'), row('capper')] });
    tags.driver({ driver: driver(), rows: [row('capper'), row('labeller')] });
    expect(shown('devices/packaging/filler/state')).toBe('no such tag');
    expect(shown('devices/packaging/labeller/state')).toBe('connected');
    tags.driver({ driver: driver({ id: 'press' }), rows: [] });
    tags.remove('packaging');
    expect(paths().filter((path) => path.includes('packaging'))).toEqual([]);
    expect(shown('drivers/press/state')).toBe('Healthy');
    tags[Symbol.dispose]();
    expect(paths()).toEqual([]);
  });
});
