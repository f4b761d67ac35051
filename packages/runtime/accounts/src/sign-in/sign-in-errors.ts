import { GatewayError } from '@fieldwarden/core';

/** The same words for an unknown name, a wrong password, a disabled account and, where a code was sent, a wrong or used one. */
export function signInRefused(code?: string): GatewayError {
  return new GatewayError({
    code: 'SIGN_IN_REFUSED',
    kind: 'forbidden',
    message: `this name with this password${code === undefined ? '' : ' and this code'} does not come in here`,
  });
}

/** The password was right. */
export function totpRequired(): GatewayError {
  return new GatewayError({
    code: 'TOTP_REQUIRED',
    kind: 'forbidden',
    message: 'this account has a second factor: the code of its authenticator is needed, too',
  });
}

/** The password was right, and the protocol has no place for a code. */
export function totpNotHere(): GatewayError {
  return new GatewayError({
    code: 'TOTP_NOT_HERE',
    kind: 'forbidden',
    message:
      'this account has a second factor, for which OPC UA has no place: let it in by a certificate (fieldwarden users change NAME --certificate THUMBPRINT), or take an account without one',
  });
}

export function waitFirst(waitMs: number): GatewayError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const error = new GatewayError({
    code: 'SIGN_IN_TOO_MANY',
    kind: 'overloaded',
    message: `there were wrong passwords for this name from this address; the next one is looked at in ${seconds} s`,
  });
  return Object.assign(error, { retryAfterMs: waitMs });
}

/** How long somebody who was sent away shall wait; undefined for any other error. */
export function retryAfterMsOf(error: unknown): number | undefined {
  const { retryAfterMs } = (error ?? {}) as { readonly retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
}
