import { GatewayError } from '@fieldwarden/core';
import type { AccessDesk } from './access-desk.js';

/** The desk of a gateway without accounts: it knows nobody. */
export const refusingDesk: AccessDesk = {
  signIn: () => Promise.reject(signInRefused()),
  signInByCertificate: () => Promise.reject(signInRefused()),
  follow: () => ({ [Symbol.dispose]: () => undefined }),
};

/** The same words whatever was wrong: nobody learns by them which names there are. */
export function signInRefused(): GatewayError {
  return new GatewayError({
    code: 'SIGN_IN_REFUSED',
    kind: 'forbidden',
    message: 'the name or the password is wrong, or the account may not sign in',
  });
}
