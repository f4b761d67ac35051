import { ObservedBook } from '@fieldwarden/alarms/testing';
import type { Driver, HostRow } from '@fieldwarden/admin-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import { EventLog } from '@fieldwarden/observe';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, FakeClock, temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { row } from '../testing/status-samples.js';
import { DeviceMemory } from './devices/device-memory.js';
import { StatusBoard } from './status-board.js';

/** As much of an instance as a status needs; a test changes what it says. */
class FakeInstance {
  readonly id: string;
  readonly driver: {
    id: string;
    type: string;
    enabled: boolean;
    options: object;
    devices: { id: string; options: object }[];
    resilience: object;
  };
  readonly definition = { type: 'modbus', tier: 'B' };
  readonly isolation = 'in-process';
  readonly facts = { lastRecycleAtMs: null, upMs: null, heartbeatMs: null, nextAttemptAtMs: null, memoryBytes: null };
  readonly stability = {
    memory: { bytes: null, baselineBytes: null, softBytes: null, hardBytes: null, state: null },
    cpuPercent: null,
  };
  readonly stateSinceMs = 0;
  state: Driver['state'] = 'Healthy';
  failures = 0;
  silentForMs = 0;
  bad = 0;

  constructor(id: string, devices: readonly string[]) {
    this.id = id;
    const settings = devices.map((device) => ({ id: device, options: {} }));
    this.driver = {
      id,
      type: 'modbus',
      enabled: true,
      options: {},
      devices: settings,
      resilience: { breakerFailures: 5 },
    };
  }

  get devices(): readonly object[] {
    const state: HostRow['deviceState'] = this.failures > 0 ? 'unreachable' : 'connected';
    const status = {
      state,
      reachedAtMs: 0,
      reachedForMs: this.silentForMs,
      breaker: 'closed',
      consecutiveFailures: this.failures,
      depth: 0,
      retries: 0,
      lateReplies: 0,
      lastBreakerOpenAtMs: undefined,
    };
    const resilienceState = {
      breaker: 'closed',
      openedAtMs: null,
      probeIntervalMs: null,
      openings: 0,
      consecutiveFailures: this.failures,
      lastBreakerOpenAtMs: null,
      retries: 0,
      lateReplies: 0,
    };
    return this.driver.devices.map(({ id }) => ({
      id,
      handles: [1],
      invoker: { status, resilienceState, progress: 0 },
      statistics: [],
      standingBad: { bad: this.bad, neverGood: 0 },
    }));
  }
}

describe('the status board', () => {
  let home: TemporaryDirectory;
  let clock: FakeClock;
  let store: TagStore;
  let events: EventLog;
  let instances: Map<string, FakeInstance>;
  let gone: string[];
  let board: StatusBoard;

  beforeEach(async () => {
    home = await temporaryDirectory();
    clock = new FakeClock();
    store = new TagStore(clock, collectingLogger());
    events = new EventLog(clock);
    instances = new Map([['line', new FakeInstance('line', ['filler', 'capper'])]]);
    gone = [];
    board = new StatusBoard({
      instances: instances as unknown as ReadonlyMap<string, DriverInstance>,
      store,
      events,
      alarms: new ObservedBook().book,
      clock,
      memory: new DeviceMemory(join(home.path, 'devices.json'), clock, collectingLogger()),
      gateway: () => ({
        version: '1',
        site: 's',
        startedAtMs: 0,
        uptimeMs: clock.monotonicMs(),
        residentBytes: 0,
        plantTags: 0,
        auditHead: null,
        generation: null,
        usingStaleConfig: false,
        authority: 'embedded',
      }),
      gone: (driverId) => gone.push(driverId),
    });
  });

  afterEach(async () => {
    board[Symbol.dispose]();
    await home[Symbol.asyncDispose]();
  });

  function tag(path: string): unknown {
    const handle = store.handleOf(`_system/${path}`);
    return handle === undefined ? 'no such tag' : store.value(handle);
  }

  it('shows what is there from the beginning, and tells nothing of it', () => {
    expect(tag('drivers/line/state')).toBe('Healthy');
    expect(tag('devices/line/capper/failures')).toBe(0);
    expect(board.rows().map(({ device }) => device)).toEqual(['filler', 'capper']);
    expect(events.lastSeq).toBe(0);
  });

  it('tells the same at once as tag, event and row when a driver is touched (§5.5)', async () => {
    const line = instances.get('line')!;
    line.failures = 3;
    board.touch('line');
    await clock.advance(0);
    expect(tag('devices/line/filler/failures')).toBe(3);
    const told = events
      .last(2)
      .map(({ type, device, data }) => [type, device, (data?.row as HostRow).consecutiveFailures]);
    expect(told).toEqual([
      ['host', 'filler', 3],
      ['host', 'capper', 3],
    ]);
    expect(board.rows()[0]).toEqual(events.last(2)[0].data?.row);
    expect(board.rows()[0]).toMatchObject({
      ...row('filler'),
      driverId: 'line',
      deviceState: 'unreachable',
      tags: 1,
      consecutiveFailures: 3,
      alert: true,
      requestedScanMs: null,
      achievedScanMs: null,
    });
  });

  it('looks at drivers that nobody touched within a second, and at no other when one is touched', async () => {
    instances.get('line')!.state = 'Degraded';
    board.touch('other');
    await clock.advance(999);
    expect(tag('drivers/line/state')).toBe('Healthy');
    await clock.advance(1);
    expect(tag('drivers/line/state')).toBe('Degraded');
    expect(tag('uptimeSeconds')).toBe(1);
  });

  it('follows drivers and devices that come and go', async () => {
    instances.set('press', new FakeInstance('press', ['plc']));
    instances.get('line')!.driver.devices.pop();
    await clock.advance(1_000);
    expect([tag('devices/press/plc/state'), tag('devices/line/capper/state')]).toEqual(['connected', 'no such tag']);
    instances.delete('line');
    board.reconcile();
    expect([tag('drivers/line/state'), gone]).toEqual(['no such tag', ['line']]);
    expect(board.rows().map(({ driverId }) => driverId)).toEqual(['press']);
  });

  it('forgets what a removed driver still says while it ends', async () => {
    instances.delete('line');
    board.reconcile();
    board.touch('line');
    await clock.advance(1_000);
    expect(gone).toEqual(['line', 'line']);
  });

  it('leaves neither tags nor timers behind', () => {
    board[Symbol.dispose]();
    expect([store.size, clock.pendingTimers]).toEqual([0, 1]); // the memory's debounced write
  });
});
