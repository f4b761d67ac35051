/** What is known of a driver as a whole. INTERFACES §4 lists them; clients compare them by name. */
export const driverStates = [
  'Unknown',
  'Initializing',
  'Healthy',
  'Degraded',
  'Reconnecting',
  'Faulted',
  'Stopped',
] as const;

export type DriverState = (typeof driverStates)[number];

/** What an operator can ask of a driver: `POST /drivers/:id/<action>`. */
export const driverActions = [
  'start',
  'stop',
  'restart',
  'reset',
  'recycle',
  'promote',
  'demote',
  'reinitialize',
] as const;

export type DriverAction = (typeof driverActions)[number];

/** What is known of one device. `demoted`: its breaker is open; `disabled`: its driver is stopped. */
export const deviceStates = ['connected', 'demoted', 'unreachable', 'unknown', 'disabled'] as const;

export type DeviceState = (typeof deviceStates)[number];
