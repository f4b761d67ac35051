import type { DriverState } from '@fieldwarden/gateway-contract';
import type { ReachedState } from '@fieldwarden/invoker';
import type { HomePhase } from '../home/session-home.js';

/**
 * The one rule from what is known to the state people see.
 *
 * `devices` holds the devices that have tags; a driver without any is healthy once its session is ready.
 */
export function driverState(phase: HomePhase, devices: readonly ReachedState[]): DriverState {
  switch (phase.type) {
    case 'stopped':
    case 'stopping':
      return 'Stopped';
    case 'starting':
      return 'Initializing';
    case 'recovering':
      return 'Reconnecting';
    case 'failed':
      return 'Faulted';
    case 'ready':
      return reachedState(devices);
  }
}

function reachedState(devices: readonly ReachedState[]): DriverState {
  const connected = devices.filter((state) => state === 'connected').length;
  const unknown = devices.filter((state) => state === 'unknown').length;
  if (connected === devices.length) return 'Healthy';
  if (unknown === devices.length) return 'Initializing';
  if (connected + unknown === devices.length) return 'Initializing';
  return connected > 0 ? 'Degraded' : 'Reconnecting';
}
