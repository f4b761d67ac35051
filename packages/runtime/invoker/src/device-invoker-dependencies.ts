import type { Clock, Logger } from '@fieldwarden/core';
import type { InvokerListener } from './status/device-record.js';
import type { ResilienceSettings } from './status/resilience-settings.js';
import type { DeviceResilienceState } from './status/resilience-state.js';
import type { SessionSlot } from './calls/session-calls.js';

export interface DeviceInvokerDependencies extends InvokerListener {
  readonly driverId: string;
  readonly deviceId: string;
  readonly session: Readonly<SessionSlot>;
  readonly settings: ResilienceSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** What an earlier run of the gateway knew of this device. */
  readonly restored?: DeviceResilienceState | undefined;
}
