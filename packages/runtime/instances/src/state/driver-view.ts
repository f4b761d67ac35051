import type { Device, Driver, DriverDetail, DriverState, ErrorShape } from '@fieldwarden/admin-contract';
import type { GatewayError } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import type { StabilityMonitor } from '@fieldwarden/stability';
import type { DeviceRuntime } from '../devices/device-runtime.js';
import type { DriverSettings } from '../driver-settings.js';
import type { HomeFacts, Isolation } from '../home/session-home.js';

interface TimedError {
  readonly error: GatewayError;
  /** ms since 1970 UTC. */
  readonly atMs: number;
}

/** What is shown of a driver instance. */
export interface ShownInstance {
  readonly driver: DriverSettings;
  readonly definition: DriverDefinition;
  readonly isolation: Isolation;
  readonly state: DriverState;
  readonly stateSinceMs: number;
  readonly facts: HomeFacts;
  readonly operatorRestarts: number;
  readonly stability: Pick<StabilityMonitor, 'memory' | 'cpuPercent'>;
  readonly devices: readonly DeviceRuntime[];
  readonly lastError: TimedError | undefined;
  readonly generation: number | null;
}

/** A driver instance as the Admin API and the CLI show it. */
export function describeDriver(instance: ShownInstance): Driver {
  const { driver, definition, facts } = instance;
  const statuses = instance.devices.map(({ invoker }) => invoker.status);
  return {
    id: driver.id,
    type: definition.type,
    tier: definition.tier,
    isolation: instance.isolation,
    enabled: driver.enabled,
    state: instance.state,
    stateSince: new Date(instance.stateSinceMs).toISOString(),
    pid: facts.pid,
    spawn: facts.spawn,
    upMs: facts.upMs === null ? null : Math.round(facts.upMs),
    restarts: { crash: facts.crashes, recycle: facts.recycles, operator: instance.operatorRestarts },
    crashLoop: facts.crashLoop,
    nextAttemptAt: isoOrNull(facts.nextAttemptAtMs),
    memory: { ...instance.stability.memory, bytes: instance.stability.memory.bytes ?? facts.memoryBytes },
    cpuPercent: instance.stability.cpuPercent ?? facts.cpuPercent,
    heartbeatMs: facts.heartbeatMs === null ? null : Math.round(facts.heartbeatMs),
    pending: statuses.reduce((sum, { depth }) => sum + depth, 0),
    progress: instance.devices.reduce((sum, { invoker }) => sum + invoker.progress, 0),
    lastCause: facts.lastCause,
    lastError: errorShape(instance.lastError),
    generation: instance.generation,
  };
}

export function describeDriverDetail(instance: ShownInstance): DriverDetail {
  return {
    ...describeDriver(instance),
    devices: instance.devices.map((device) => describeDevice(instance, device)),
  };
}

function describeDevice(instance: ShownInstance, { id, invoker, handles, statistics }: DeviceRuntime): Device {
  const { state, breaker, consecutiveFailures, lastError } = invoker.status;
  return {
    id,
    state: instance.state === 'Stopped' ? 'disabled' : state,
    tags: handles.length,
    breaker,
    consecutiveFailures,
    lastError: errorShape(lastError),
    scans: statistics.map(({ requestedMs, achievedMs, overruns, tags }) => ({
      requestedMs,
      achievedMs: achievedMs === undefined ? null : Math.round(achievedMs * 10) / 10,
      overruns,
      tags,
    })),
  };
}

function errorShape(entry: TimedError | undefined): ErrorShape | null {
  if (!entry) return null;
  const { code, kind, message } = entry.error;
  return { code, kind, message, at: new Date(entry.atMs).toISOString() };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
