import type { AlarmActOutcome, DeviceAcknowledgement } from '@fieldwarden/alarms';
import { statusName } from '@fieldwarden/core';
import type { DriverInstance } from '@fieldwarden/instances';
import { runningDevice } from './running-device.js';

/**
 * Tells a device that somebody has seen one of its alarms. Resolves when it has answered; never repeated. Rejects with `DRIVER_UNKNOWN`,
 * `DEVICE_UNKNOWN`, `DRIVER_STOPPED`, or as a write does.
 */
export async function tellDevice(
  instances: ReadonlyMap<string, DriverInstance>,
  { driverId, device, ...seen }: DeviceAcknowledgement,
  correlationId: string,
): Promise<AlarmActOutcome> {
  const { invoker } = runningDevice(instances, driverId, device);
  const [{ outcome, status, message }] = await invoker.acknowledge([seen], correlationId);
  return {
    outcome,
    status: statusName(status),
    ...(outcome === 'done' && { confirmedBy: 'device' }),
    ...(message !== undefined && { message }),
  };
}
