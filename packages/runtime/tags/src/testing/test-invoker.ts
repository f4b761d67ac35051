import { silentLogger, type Clock } from '@fieldwarden/core';
import { capabilities, type DriverSession } from '@fieldwarden/driver';
import { DeviceInvoker, type ResilienceSettings } from '@fieldwarden/invoker';

/** The road to one device of `session`, without retries; `failures` in a row demote it, null = none do. */
export function testInvoker(
  session: DriverSession,
  { clock, timeoutMs, failures }: { clock: Clock; timeoutMs: number; failures: number | null },
): DeviceInvoker {
  return new DeviceInvoker({
    driverId: 'drv',
    deviceId: 'd1',
    session: { current: session },
    settings: invokerSettings({ timeoutMs, failures }),
    clock,
    random: () => 0.5,
    logger: silentLogger,
    onSettled: () => undefined,
    onRetried: () => undefined,
    onLateReply: () => undefined,
    onStatusChanged: () => undefined,
  });
}

export function invokerSettings({
  timeoutMs,
  failures,
  retries = 0,
}: {
  timeoutMs: number;
  failures: number | null;
  retries?: number;
}): ResilienceSettings {
  const call = { timeoutMs, retries };
  return {
    calls: Object.fromEntries(capabilities.map((name) => [name, call])) as ResilienceSettings['calls'],
    bulkhead: { concurrent: 8, queued: 8 },
    breaker: { failures, probeMs: 60_000, maxProbeMs: 60_000 },
    writeWhileDemoted: 'refuse',
  };
}
