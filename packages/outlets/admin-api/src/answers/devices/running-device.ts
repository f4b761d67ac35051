import { GatewayError } from '@fieldwarden/core';
import type { DriverInstance } from '@fieldwarden/instances';
import type { DeviceInvoker } from '@fieldwarden/invoker';

export interface RunningDevice {
  readonly instance: DriverInstance;
  readonly invoker: DeviceInvoker;
}

/** The road to a device that is named by ids. Throws `DRIVER_UNKNOWN`, `DEVICE_UNKNOWN` or `DRIVER_STOPPED`. */
export function runningDevice(
  instances: ReadonlyMap<string, DriverInstance>,
  driverId: string,
  device: string,
): RunningDevice {
  const instance = instances.get(driverId);
  if (!instance) throw refusal('DRIVER_UNKNOWN', `no driver has the id ${driverId}`);
  if (!instance.devices.some(({ id }) => id === device))
    throw refusal('DEVICE_UNKNOWN', `driver ${driverId} has no device ${device}`);
  const invoker = instance.invokerOf(device);
  if (!invoker) throw refusal('DRIVER_STOPPED', `driver ${driverId} is stopped`);
  return { instance, invoker };
}

function refusal(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
