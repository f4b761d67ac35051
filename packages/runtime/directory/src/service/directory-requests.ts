import type { Origin } from '@fieldwarden/gateway-contract';
import { z } from 'zod';

/**
 * What the gateway asks of the service `access`, by name. They are no requests for people: whoever could ask `check-password` over the
 * Admin API would guess passwords past the limits of the sign-in.
 */
export const directoryRequests = {
  /** → PasswordCheck. */
  checkPassword: 'check-password',
  /** → DirectoryPerson or null. */
  lookUp: 'look-up',
  /** → BegunAtProvider. */
  beginSignIn: 'begin-sign-in',
  /** → ProvidedPerson. */
  finishSignIn: 'finish-sign-in',
} as const;

export const passwordRequest = z.strictObject({ user: z.string(), password: z.string() });
export const lookUpRequest = z.strictObject({ user: z.string() });
export const beginRequest = z.strictObject({ redirectUri: z.string() });
export const finishRequest = z.strictObject({ secret: z.string(), query: z.string() });

/** Whether the gateway itself asks. Nobody who comes in from outside has this proof and this road. */
export function isGatewayItself({ via, principal }: Origin): boolean {
  return via === 'gateway' && principal.proof === 'gateway';
}
