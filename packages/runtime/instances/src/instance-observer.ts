import type { DriverState } from '@fieldwarden/gateway-contract';
import type { GatewayError } from '@fieldwarden/core';
import type { Capability } from '@fieldwarden/driver';
import type { ScanResult } from '@fieldwarden/tags';

/** Told by a driver instance what happens in it, for metrics and events; informs, never decides. */
export interface InstanceObserver {
  scanned(deviceId: string, result: ScanResult): void;
  callSettled(deviceId: string, capability: Capability, durationMs: number, error: GatewayError | undefined): void;
  retried(capability: Capability): void;
  /** An answer came after its call had been given up. */
  lateReply(): void;
  /** The Host of this driver is gone; cause as in SPEC §4.3. */
  hostLost(cause: string): void;
  /** Called once per state that the driver gets into. */
  stateChanged?(state: DriverState): void;
  /** The driver's or a device's state changed, or its process did. `message` is for people. */
  event(
    type: 'driver' | 'host',
    message: string,
    details: { device?: string; data?: Readonly<Record<string, unknown>> },
  ): void;
}
