import { GatewayError } from '@fieldwarden/core';

export function needsHost(driverId: string, type: string): GatewayError {
  return new GatewayError({
    code: 'TIER_NEEDS_HOST',
    kind: 'config',
    message: `driver ${driverId} is of type ${type}, tier C: it may crash, block or leak, and stays in a Host`,
  });
}

export function wedged(reason: string): GatewayError {
  return new GatewayError({ code: 'DRIVER_WEDGED', kind: 'bug', message: reason });
}
