import { GatewayError, isGatewayError, type Clock, type ErrorKind, type Logger } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { DeviceInvoker } from '../device-invoker.js';
import type { ResilienceSettings } from '../status/resilience-settings.js';
import type { DeviceResilienceState } from '../status/resilience-state.js';
import { testSettings } from './test-settings.js';

export interface TestDeviceOptions {
  readonly clock?: Clock;
  readonly settings?: ResilienceSettings;
  readonly restored?: DeviceResilienceState;
  readonly logger?: Logger;
  readonly onStatusChanged?: () => void;
}

/** The road to device `d1` of a driver with these members; undefined = its Host is away. */
export function testDevice(
  members: Partial<DriverSession> | undefined,
  {
    clock = new FakeClock(),
    settings = testSettings(),
    restored,
    logger = collectingLogger(),
    onStatusChanged = () => undefined,
  }: TestDeviceOptions = {},
): DeviceInvoker {
  const session = members && { close: () => Promise.resolve(), ...members };
  return new DeviceInvoker({
    driverId: 'drv',
    deviceId: 'd1',
    session: { current: session },
    settings,
    clock,
    random: () => 0.5,
    logger,
    restored,
    onSettled: () => undefined,
    onRetried: () => undefined,
    onLateReply: () => undefined,
    onStatusChanged,
  });
}

export function failure(kind: ErrorKind, code = `TEST_${kind.toUpperCase().replaceAll('-', '_')}`): GatewayError {
  return new GatewayError({ code, kind, message: kind });
}

/** What a promise that must reject rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<GatewayError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isGatewayError(outcome)) throw new Error('expected a GatewayError');
  return outcome;
}
