import { GatewayError } from '@fieldwarden/core';
import type { DriverSession, SessionMember } from '@fieldwarden/driver';

/** Code of the error of a call that finds no session. */
export const driverNotRunning = 'DRIVER_NOT_RUNNING';

/** Where the session of one driver is to be had; undefined while the driver is stopped or its Host is away. */
export type SessionSource = () => DriverSession | undefined;

/** The session to call now. Throws kind `host-lost` while there is none. */
export function runningSession(session: SessionSource, driverId: string): DriverSession {
  const running = session();
  if (running) return running;
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
