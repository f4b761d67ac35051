import type { DriverSession } from './session.js';

/**
 * What a driver can do with a device: optional members of DriverSession, found by presence (SPEC §3.2). Each call is an exchange
 * with one device and goes through that device's pipeline.
 */
export const capabilities = [
  'discover', 'read', 'write', 'subscribe', 'unsubscribe', 'probe',
  'subscribeAlarms', 'unsubscribeAlarms', 'acknowledge',
  'readRaw', 'readProcessed', 'readAtTime', 'readEvents',
  'callMethod',
] as const satisfies readonly (keyof DriverSession)[]; // prettier-ignore

export type Capability = (typeof capabilities)[number];

/** What a session does for the runtime, optional as well: no exchange with a device, so that no pipeline stands before it. */
export const sessionServices = [
  'prepareRead', 'releaseRead', 'describePlan', 'setDevices', 'reinitialize', 'memoryFootprint', 'flushOptionalCaches',
] as const satisfies readonly (keyof DriverSession)[]; // prettier-ignore

export type SessionService = (typeof sessionServices)[number];

/** Everything that a session may or may not have, but its life cycle (`open`, `close`). */
export type SessionMember = Capability | SessionService;
