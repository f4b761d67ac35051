import { GatewayError } from '@fieldwarden/core';
import type { DriverSession, SessionMember } from '@fieldwarden/driver';

/** Code of the error of a call that finds no session. */
export const driverNotRunning = 'DRIVER_NOT_RUNNING';

/** Holds the session of one driver for all who call it. Only who runs the session puts it in and takes it out. */
export interface SessionSlot {
  /** Undefined while the driver is stopped or its Host is away. */
  current: DriverSession | undefined;
}

/** The session to call now. Throws kind `host-lost` while there is none. */
export function runningSession({ current }: Readonly<SessionSlot>, driverId: string): DriverSession {
  if (current) return current;
  throw new GatewayError({
    code: driverNotRunning,
    kind: 'host-lost',
    message: `driver ${driverId} is not running`,
    writeOutcome: 'not-sent',
  });
}

/** For a capability that this driver does not have: capabilities are optional members. */
export function unsupported(member: SessionMember): GatewayError {
  return new GatewayError({ code: 'CAPABILITY_MISSING', kind: 'unsupported', message: `this driver cannot ${member}` });
}
