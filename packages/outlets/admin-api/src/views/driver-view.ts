import type { Device, Driver, DriverDetail } from '@fieldwarden/admin-contract';
import { messageOf, type GatewayError } from '@fieldwarden/core';
import type { ErrorReport } from '@fieldwarden/gateway-contract';
import type { DriverInstance } from '@fieldwarden/instances';

/** What is measured of a driver's process, and what that is judged by. */
export type DriverUsage = Pick<Driver, 'memory' | 'cpuPercent' | 'heartbeatMs'>;

/** An instance, as far as its usage is asked for. */
export interface MeasuredDriver {
  readonly stability: Pick<DriverInstance['stability'], 'memory' | 'cpuPercent'>;
  readonly facts: Pick<DriverInstance['facts'], 'memoryBytes' | 'cpuPercent' | 'heartbeatMs'>;
}

/** A driver instance as the Admin API and the CLI show it. */
export function describeDriver(instance: DriverInstance): Driver {
  const { driver, definition, facts } = instance;
  const statuses = instance.devices.map(({ invoker }) => invoker.status);
  const standing = instance.devices.map(({ standingBad }) => standingBad);
  return {
    id: driver.id,
    type: definition.type,
    tier: definition.tier,
    isolation: instance.isolation,
    enabled: driver.enabled,
    state: instance.state,
    stateSince: new Date(instance.stateSinceMs).toISOString(),
    tags: sumOf(instance.devices, ({ handles }) => handles.length),
    tagsBad: sumOf(standing, ({ bad }) => bad),
    tagsNeverGood: sumOf(standing, ({ neverGood }) => neverGood),
    pid: facts.pid,
    spawn: facts.spawn,
    upMs: roundedOrNull(facts.upMs),
    restarts: { crash: facts.crashes, recycle: facts.recycles, operator: instance.operatorRestarts },
    crashLoop: facts.crashLoop,
    nextAttemptAt: isoOrNull(facts.nextAttemptAtMs),
    ...driverUsage(instance),
    pending: sumOf(statuses, ({ depth }) => depth),
    progress: sumOf(instance.devices, ({ invoker }) => invoker.progress),
    lastCause: facts.lastCause,
    lastError: errorReport(instance.lastError),
    generation: instance.generation,
  };
}

/** The samples of its stability monitor; before there are any, what its Host says. */
export function driverUsage({ stability, facts }: MeasuredDriver): DriverUsage {
  return {
    memory: { ...stability.memory, bytes: stability.memory.bytes ?? facts.memoryBytes },
    cpuPercent: stability.cpuPercent ?? facts.cpuPercent,
    heartbeatMs: roundedOrNull(facts.heartbeatMs),
  };
}

export function describeDriverDetail(instance: DriverInstance): DriverDetail {
  const isStopped = instance.state === 'Stopped';
  return { ...describeDriver(instance), devices: instance.devices.map((device) => describeDevice(device, isStopped)) };
}

/** The same for who asks for one driver: with what its type warns of in its options. */
export function describeDriverWithNotes(instance: DriverInstance): DriverDetail {
  const notes = driverNotes(instance);
  return { ...describeDriverDetail(instance), ...(notes.length > 0 && { notes }) };
}

/** A driver, as far as its rules are asked for. */
interface RuledDriver {
  readonly driver: Pick<DriverInstance['driver'], 'options' | 'devices'>;
  readonly definition: Pick<DriverInstance['definition'], 'check'>;
}

/** Tags are left out: what is wrong with one of them is told where it was published. Files, too: a disk that hangs would hold up the gateway. */
export function driverNotes({ driver, definition }: RuledDriver): readonly string[] {
  const devices = driver.devices.map(({ options }) => ({ options, tags: [] }));
  try {
    const found = definition.check?.(driver.options, devices, { looksAtFiles: false }) ?? [];
    return found.filter(({ severity }) => severity === 'warning').map(({ message }) => message);
  } catch (error) {
    // possibly a third party's own code
    return [`the rules of its driver type failed: ${messageOf(error)}`];
  }
}

export function describeDevice(
  { id, invoker, handles, statistics, standingBad }: DriverInstance['devices'][number],
  isStopped: boolean,
): Device {
  const { state, breaker, consecutiveFailures, lastError } = invoker.status;
  return {
    id,
    state: isStopped ? 'disabled' : state,
    tags: handles.length,
    tagsBad: standingBad.bad,
    tagsNeverGood: standingBad.neverGood,
    breaker,
    consecutiveFailures,
    lastError: errorReport(lastError),
    scans: statistics.map(({ requestedMs, achievedMs, overruns, tags }) => ({
      requestedMs,
      achievedMs: achievedMs === undefined ? null : Math.round(achievedMs * 10) / 10,
      overruns,
      tags,
    })),
  };
}

export function errorReport(
  entry: { readonly error: GatewayError; readonly atMs: number } | undefined,
): ErrorReport | null {
  if (!entry) return null;
  const { code, kind, message } = entry.error;
  return { code, kind, message, at: new Date(entry.atMs).toISOString() };
}

function sumOf<T>(items: readonly T[], number: (item: T) => number): number {
  return items.reduce((sum, item) => sum + number(item), 0);
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function roundedOrNull(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}
