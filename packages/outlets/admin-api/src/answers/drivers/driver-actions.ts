import { GatewayError } from '@fieldwarden/core';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import type { DriverInstance } from '@fieldwarden/instances';

/** What each action of an operator asks of a driver. */
export const driverActions: Readonly<Record<DriverAction, (instance: DriverInstance) => Promise<void>>> = {
  start: (instance) => instance.start(),
  stop: (instance) => instance.stop(),
  restart: (instance) => instance.restart(),
  reset: (instance) => instance.reset(),
  recycle: (instance) => instance.recycle(),
  promote: (instance) => instance.promote(),
  demote: (instance) => instance.demote(),
  reinitialize: async (instance) => {
    if (!(await instance.reinitialize())) throw cannotReinitialize(instance.id);
  },
};

function cannotReinitialize(driverId: string): GatewayError {
  return new GatewayError({
    code: 'REINITIALIZE_UNSUPPORTED',
    kind: 'unsupported',
    message: `driver ${driverId} cannot make its connections anew within its process`,
  });
}
