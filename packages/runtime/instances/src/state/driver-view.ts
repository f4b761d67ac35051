import type { Device, Driver, DriverDetail, ErrorShape } from '@fieldwarden/admin-contract';
import type { GatewayError } from '@fieldwarden/core';
import type { DeviceRuntime } from '../devices/device-runtime.js';
import type { DriverInstance } from '../driver-instance.js';

/** A driver instance as the Admin API and the CLI show it. */
export function describeDriver(instance: DriverInstance): Driver {
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

export function describeDriverDetail(instance: DriverInstance): DriverDetail {
  return {
    ...describeDriver(instance),
    devices: instance.devices.map((device) => describeDevice(instance, device)),
  };
}

function describeDevice(instance: DriverInstance, { id, invoker, handles, statistics }: DeviceRuntime): Device {
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

function errorShape(entry: { readonly error: GatewayError; readonly atMs: number } | undefined): ErrorShape | null {
  if (!entry) return null;
  const { code, kind, message } = entry.error;
  return { code, kind, message, at: new Date(entry.atMs).toISOString() };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
