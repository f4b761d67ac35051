import type { Service } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { concernsOf, type FleetFacts } from './concerns.js';
import { testDriver, testRow, testService, testStatus } from './testing-fleet.js';

const at = '2030-01-01T00:00:00.000Z';
const atMs = Date.parse(at);
const lastError = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'unit 2 did not answer within 1000 ms', at };

function concerns(facts: Partial<FleetFacts>) {
  return concernsOf({ status: testStatus(), drivers: [], rows: [], services: [], since: new Map(), ...facts });
}

describe('what needs attention', () => {
  it('is nothing while all is well', () => {
    expect(concerns({ drivers: [testDriver()], rows: [testRow()] })).toEqual([]);
  });

  it('is a demoted device: why, since when, the next probe, and the button that asks it (§5.5)', () => {
    const row = testRow({
      deviceState: 'demoted',
      driverState: 'Degraded',
      lastBreakerOpenAt: at,
      nextProbeAt: at,
      lastError,
    });
    expect(concerns({ drivers: [testDriver({ state: 'Degraded' })], rows: [row] })).toEqual([
      {
        key: 'device packaging/filler',
        tone: 'fault',
        driverId: 'packaging',
        device: 'filler',
        serviceId: null,
        what: 'Off scan',
        why: 'Unit 2 did not answer within 1000 ms.',
        sinceMs: atMs,
        next: 'Next probe',
        nextAtMs: atMs,
        action: 'test',
        link: '/drivers/packaging',
      },
    ]);
  });

  it('is one for a lost device, a fault, whatever its tier and however many its driver has (§18.2)', () => {
    const lost = testRow({ deviceState: 'unreachable', driverState: 'Reconnecting', lostSince: at, lastError });
    const found = concerns({ drivers: [testDriver({ state: 'Reconnecting', lastError })], rows: [lost] });
    expect(found).toMatchObject([
      { key: 'device packaging/filler', tone: 'fault', what: 'Does not answer', sinceMs: atMs, action: 'test' },
    ]);
    const away = testDriver({ state: 'Reconnecting', isolation: 'host', pid: null, nextAttemptAt: at });
    expect(concerns({ drivers: [away], rows: [lost] })).toMatchObject([{ key: 'driver packaging', tone: 'warning' }]);
  });

  it('is a device that answers, and some of whose tags do not work (§18)', () => {
    const bad = (changes: Parameters<typeof testRow>[0]) =>
      concerns({ drivers: [testDriver()], rows: [testRow(changes)] });
    expect(bad({ tagsBad: 3, tagsNeverGood: 3 })).toMatchObject([
      { tone: 'warning', what: '3 tags never worked', link: '/tags?driver=packaging&bad=true', sinceMs: null },
    ]);
    expect(bad({ tagsBad: 1, tagsNeverGood: 0 })).toEqual([]);
    expect(bad({ tagsBad: 1, tagsBadSince: at })).toMatchObject([{ what: '1 tag is Bad', sinceMs: atMs }]);
    expect(bad({ tagsBad: 5, tagsNeverGood: 3, tagsBadSince: at })).toMatchObject([
      { what: '5 tags are Bad, 3 never worked' },
    ]);
  });

  it('is a driver whose crash-loop breaker is open: the cause, the next attempt, and the button for it (§4.4)', () => {
    const driver = testDriver({ state: 'Faulted', crashLoop: 'open', nextAttemptAt: at, lastCause: 'hang', lastError });
    const [concern] = concerns({ drivers: [driver], since: new Map([['packaging', atMs]]) });
    expect(concern).toMatchObject({ tone: 'fault', sinceMs: atMs, nextAtMs: atMs, action: 'reset' });
    expect(concern.why).toBe('The process stopped answering and was killed. Unit 2 did not answer within 1000 ms.');
  });

  it('is a service that failed: why, since when, the next attempt, and the button that restarts it (§16.3)', () => {
    const service = testService({ state: 'Faulted', reason: 'port 4840 is taken', stateSince: at, nextAttemptAt: at });
    expect(concerns({ services: [service] })).toEqual([
      {
        key: 'service opcua',
        tone: 'fault',
        driverId: null,
        device: null,
        serviceId: 'opcua',
        what: 'Faulted',
        why: 'Port 4840 is taken.',
        sinceMs: atMs,
        next: 'Next attempt',
        nextAtMs: atMs,
        action: 'restart-service',
        link: '/services',
      },
    ]);
  });

  it('is a broker that is away: why, since when, what waits, the next attempt, and nothing to press', () => {
    const reason = "the broker mqtt://a:1883 can't be reached: nothing listens there; is the broker running?";
    const detail = { connected: false, since: at, nextAttemptAt: at, pending: 7 };
    const service = testService({ id: 'mqtt', type: 'mqtt', state: 'Degraded', reason, detail });
    expect(concerns({ services: [service] })).toMatchObject([
      {
        what: 'No connection to the broker',
        why: `T${reason.slice(1)} 7 messages kept on disk.`,
        sinceMs: Date.parse(at),
        next: 'Next attempt',
        nextAtMs: Date.parse(at),
        action: null,
        link: '/mqtt',
      },
    ]);
    const connected = { ...service, detail: { ...detail, connected: true } };
    expect(concerns({ services: [connected] })).toMatchObject([{ what: 'Degraded', link: '/mqtt' }]);
  });

  it('is a service that works only in part or comes back, and none that works or was stopped (§16.3)', () => {
    const told = (state: Service['state']) =>
      concerns({ services: [testService({ state, reason: 'the disk is full' })] });
    expect(told('Degraded')).toMatchObject([{ tone: 'warning', why: 'The disk is full.', action: 'restart-service' }]);
    expect(told('Reconnecting')).toMatchObject([{ tone: 'warning', next: 'It comes back by itself.', action: null }]);
    for (const state of ['Healthy', 'Initializing', 'Stopped'] as const) expect(told(state)).toEqual([]);
  });

  it('does not promise another attempt where none is made (§4.4)', () => {
    const [concern] = concerns({ drivers: [testDriver({ state: 'Faulted' })] });
    expect(concern).toMatchObject({ next: 'It is not tried again by itself.', nextAtMs: null });
  });

  it('names a dead driver once, not each of its devices', () => {
    const rows = [testRow({ driverState: 'Faulted', deviceState: 'unreachable' })];
    expect(concerns({ drivers: [testDriver({ state: 'Faulted' })], rows })).toHaveLength(1);
  });

  it('recommends a Host to an in-process driver above its hard limit, and a recycle to a Host (§6.2)', () => {
    const memory = { ...testDriver().memory, bytes: 5_000, state: 'Hard' as const };
    expect(concerns({ drivers: [testDriver({ memory })] })[0].action).toBe('promote');
    expect(concerns({ drivers: [testDriver({ memory, isolation: 'host' })] })[0].action).toBe('recycle');
  });

  it('says that the configuration is stale, held, or was rolled back (§7.4, §7.5)', () => {
    const config = {
      authorityReachable: false,
      staleSince: at,
      publishedAt: at,
      held: { authorityGeneration: 3, reason: 'the authority knows less' },
      rolledBack: [{ driverId: 'press', generation: 4, reason: 'crash loop' }],
    };
    const found = concerns({ status: testStatus({ usingStaleConfig: true, config }) });
    expect(found.map(({ key, sinceMs }) => [key, sinceMs])).toEqual([
      ['held', null],
      ['rolled-back press', null],
      ['stale', atMs],
    ]);
  });

  it('tells of the backlog while the broker is away (§10.2)', () => {
    const [concern] = concerns({ status: testStatus({ mqtt: { connected: false, pending: 1_200, dropped: 0 } }) });
    expect(concern.why).toBe('1\u202f200 messages wait on disk.');
  });

  it('comes with the worst first', () => {
    const rows = [
      testRow({ alert: true, consecutiveFailures: 3 }),
      testRow({ device: 'capper', deviceState: 'demoted' }),
    ];
    const drivers = [testDriver({ id: 'demo', state: 'Stopped' }), testDriver()];
    expect(concerns({ drivers, rows }).map(({ tone }) => tone)).toEqual(['fault', 'warning', 'idle']);
  });
});
