import type { AlarmRow, CertificateRow, Driver, HostRow, Service, Status } from '@fieldwarden/admin-contract';
import { certificateConcerns } from '../access/certificate-concern.js';
import { alarmConcerns } from '../alarms/alarm-concerns.js';
import { formatBytes } from '../format/bytes.js';
import { formatCount } from '../format/numbers.js';
import { sentence } from '../format/sentence.js';
import { causeSentence } from './causes.js';
import type { Concern } from './concern.js';
import { badTagsConcern } from './bad-tags-concern.js';
import { serviceConcern } from './service-concerns.js';
import { deviceKey, driverKey } from './since.js';

export interface FleetFacts {
  readonly status: Status | undefined;
  readonly drivers: readonly Driver[];
  readonly rows: readonly HostRow[];
  readonly services: readonly Service[];
  readonly since: ReadonlyMap<string, number>;
  readonly alarms?: readonly AlarmRow[];
  readonly certificates?: readonly CertificateRow[];
  /** ms since 1970 UTC: whether a client was refused just now, or long ago. */
  readonly nowMs?: number;
}

const toneOrder: Readonly<Record<Concern['tone'], number>> = { fault: 0, warning: 1, busy: 2, idle: 3 };

/** Everything that needs attention, the worst first. */
export function concernsOf(facts: FleetFacts): readonly Concern[] {
  const { status, drivers, rows, services, since, alarms = [], certificates = [], nowMs = 0 } = facts;
  const concerns = [
    ...alarmConcerns(alarms),
    ...(status ? gatewayConcerns(status) : []),
    ...drivers.flatMap((driver) => driverConcerns(driver, rows, since)),
    ...rows.flatMap((row) => deviceConcerns(row, drivers, since)),
    ...rows.flatMap((row) => badTagsConcern(row) ?? []),
    ...services.flatMap((service) => serviceConcern(service) ?? []),
    ...certificateConcerns(certificates, nowMs),
  ];
  return concerns.sort((a, b) => toneOrder[a.tone] - toneOrder[b.tone] || (a.sinceMs ?? 0) - (b.sinceMs ?? 0));
}

function timeOf(at: string | null | undefined): number | null {
  return at ? Date.parse(at) : null;
}

const nothingMore = { serviceId: null, nextAtMs: null, action: null, link: null } as const;

function gatewayConcerns({ usingStaleConfig, config, mqtt }: Status): readonly Concern[] {
  const gateway = { ...nothingMore, driverId: null, device: null } as const;
  const concerns: Concern[] = [];
  if (usingStaleConfig) {
    concerns.push({
      ...gateway,
      key: 'stale',
      tone: 'warning',
      what: 'Running on the last sealed configuration',
      why: 'The configuration database does not answer.',
      sinceMs: timeOf(config?.staleSince),
      next: 'Everything goes on as published; publishing waits for the database.',
      link: '/configuration',
    });
  }
  if (config?.held) {
    concerns.push({
      ...gateway,
      key: 'held',
      tone: 'warning',
      what: 'Configuration is held',
      why: config.held.reason,
      sinceMs: null,
      next: 'Nothing is applied until somebody publishes or rolls back.',
      link: '/configuration',
    });
  }
  for (const { driverId, generation, reason } of config?.rolledBack ?? []) {
    concerns.push({
      ...gateway,
      key: `rolled-back ${driverId}`,
      driverId,
      tone: 'warning',
      what: `Went back from generation ${generation}`,
      why: reason,
      sinceMs: null,
      next: 'It runs what it ran before, until the next publish.',
      link: '/configuration',
    });
  }
  for (const outlet of [mqtt].flat()) {
    if (!outlet || outlet.connected) continue;
    concerns.push({
      ...gateway,
      key: `mqtt ${outlet.id ?? ''}`.trim(),
      tone: 'warning',
      what: 'MQTT broker not connected',
      why: `${formatCount(outlet.pending)} messages wait on disk.`,
      sinceMs: null,
      next: 'They are sent in order when the broker is back.',
    });
  }
  return concerns;
}

function driverConcerns(driver: Driver, rows: readonly HostRow[], since: FleetFacts['since']): readonly Concern[] {
  const toldByDevices =
    driver.state === 'Reconnecting' &&
    !isWithoutSession(driver) &&
    rows.some((row) => row.driverId === driver.id && toldOfDevice(row));
  const state = toldByDevices ? undefined : stateConcern(driver, since);
  const memory = memoryConcern(driver);
  return [state, memory].filter((concern) => concern !== undefined);
}

/** Its process is away: that is why its devices are not asked. */
function isWithoutSession({ isolation, pid, nextAttemptAt }: Driver): boolean {
  return nextAttemptAt !== null || (isolation === 'host' && pid === null);
}

function stateConcern(driver: Driver, since: FleetFacts['since']): Concern | undefined {
  const { id, state } = driver;
  const sinceMs = timeOf(driver.stateSince) ?? since.get(driverKey(id)) ?? null;
  const base = {
    ...nothingMore,
    key: `driver ${id}`,
    driverId: id,
    device: null,
    sinceMs,
    link: `/drivers/${id}`,
  } as const;
  switch (state) {
    case 'Faulted':
      return { ...base, ...faulted(driver) };
    case 'Reconnecting':
      return { ...base, ...reconnecting(driver) };
    case 'Stopped':
      return {
        ...base,
        tone: 'idle',
        what: 'Stopped',
        why: driver.enabled ? 'An operator stopped it.' : 'The configuration has it disabled.',
        next: 'Its tags stay Bad until it is started.',
        action: 'start',
      };
    case 'Initializing':
    case 'Unknown':
      return {
        ...base,
        tone: 'busy',
        what: 'Starting',
        why: whyOf(driver, 'It was just started.'),
        next: 'Ready when its devices answer.',
      };
    case 'Degraded':
      // Its devices say more.
      return undefined;
    case 'Healthy':
      return driver.crashLoop === 'half-open' ? { ...base, ...onTrial(driver) } : undefined;
  }
}

type Told = Pick<Concern, 'tone' | 'what' | 'why' | 'next' | 'nextAtMs' | 'action'>;

function faulted(driver: Driver): Told {
  const nextAtMs = timeOf(driver.nextAttemptAt);
  const looping = driver.crashLoop === 'open';
  return {
    tone: 'fault',
    what: looping ? 'Paused after repeated failures' : 'Faulted',
    why: whyOf(driver, 'No reason was given.'),
    next: nextAtMs === null ? 'It is not tried again by itself.' : 'Next attempt',
    nextAtMs,
    action: 'reset',
  };
}

function reconnecting(driver: Driver): Told {
  const nextAtMs = timeOf(driver.nextAttemptAt);
  return {
    tone: 'warning',
    what: 'Reconnecting',
    why: whyOf(driver, 'None of its devices answers.'),
    next: nextAtMs === null ? 'It tries again by itself.' : 'Next attempt',
    nextAtMs,
    action: 'restart',
  };
}

function onTrial(driver: Driver): Told {
  return {
    tone: 'busy',
    what: 'Back on trial after repeated crashes',
    why: whyOf(driver, 'It crashed several times within minutes.'),
    next: 'Trusted again after ten minutes without another crash.',
    nextAtMs: null,
    action: null,
  };
}

/** The error says more than the cause; both together say most. */
function whyOf({ lastCause, lastError }: Driver, otherwise: string): string {
  const cause = lastCause ? causeSentence(lastCause) : '';
  return [cause, lastError ? sentence(lastError.message) : ''].filter(Boolean).join(' ') || otherwise;
}

function memoryConcern({ id, memory, isolation }: Driver): Concern | undefined {
  if (memory.state !== 'Soft' && memory.state !== 'Hard') return undefined;
  const hard = memory.state === 'Hard';
  const inProcess = isolation === 'in-process';
  const limit = hard ? memory.hardBytes : memory.softBytes;
  return {
    ...nothingMore,
    key: `memory ${id}`,
    tone: hard ? 'fault' : 'warning',
    driverId: id,
    device: null,
    what: `Memory above its ${hard ? 'hard' : 'soft'} limit`,
    why: `${formatBytes(memory.bytes)} of ${formatBytes(limit)}.`,
    sinceMs: null,
    next: inProcess
      ? 'It shares the memory of the gateway and is never stopped for it. Moved into a Host of its own, it can be replaced.'
      : hard
        ? 'Its process is replaced if the next sample is no better.'
        : 'Optional caches were dropped; it is watched.',
    action: hard ? (inProcess ? 'promote' : 'recycle') : null,
    link: `/drivers/${id}`,
  };
}

/** A driver that does not run takes its devices with it: one line says it. */
const withoutDevices: readonly string[] = ['Faulted', 'Stopped', 'Initializing', 'Unknown'];

function deviceConcerns(row: HostRow, drivers: readonly Driver[], since: FleetFacts['since']): readonly Concern[] {
  if (withoutDevices.includes(row.driverState)) return [];
  const driver = drivers.find(({ id }) => id === row.driverId);
  if (row.driverState === 'Reconnecting' && driver && isWithoutSession(driver)) return [];
  const told = toldOfDevice(row);
  if (!told) return [];
  const { driverId, device } = row;
  const sinceMs = told.sinceMs ?? since.get(deviceKey(driverId, device)) ?? null;
  const subject = { key: `device ${driverId}/${device}`, driverId, device, serviceId: null } as const;
  return [{ ...told, ...subject, sinceMs, link: `/drivers/${driverId}` }];
}

function toldOfDevice(row: HostRow): (Told & Pick<Concern, 'sinceMs'>) | undefined {
  const why = row.lastError ? sentence(row.lastError.message) : `${counted(row.consecutiveFailures)} in a row.`;
  if (row.deviceState === 'demoted') {
    const nextAtMs = timeOf(row.nextProbeAt);
    const next = nextAtMs === null ? 'One probe at a time asks; it comes back by itself.' : 'Next probe';
    return {
      tone: 'fault',
      what: 'Off scan',
      why,
      sinceMs: timeOf(row.lastBreakerOpenAt),
      next,
      nextAtMs,
      action: 'test',
    };
  }
  const trying = { why, sinceMs: null, next: 'The next scan asks again.', nextAtMs: null, action: null } as const;
  if (row.lostSince !== null) {
    const lost = { tone: 'fault', what: 'Does not answer', action: 'test' } as const;
    return { ...trying, ...lost, sinceMs: timeOf(row.lostSince) };
  }
  if (row.deviceState === 'unreachable') return { ...trying, tone: 'warning', what: 'Does not answer' };
  if (row.alert) return { ...trying, tone: 'warning', what: 'Fails again and again' };
  return undefined;
}

function counted(failures: number): string {
  return failures === 1 ? 'One failure' : `${formatCount(failures)} failures`;
}
