import type { Principal } from '@fieldwarden/gateway-contract';

/** Where people and programs that come in by a service are found out (SPEC §13.1). One store answers for all of them. */
export interface AccessDesk {
  /**
   * Who has this name and password. Rejects with kind `forbidden` (`SIGN_IN_REFUSED`: the same words and the same time for an unknown name
   * and a wrong password), kind `overloaded` (`SIGN_IN_TOO_MANY`: too many tries; `retryAfterMs`).
   */
  signIn(attempt: PasswordAttempt): Promise<Principal>;
  /** Whose account names this client certificate. Rejects with `SIGN_IN_REFUSED`. */
  signInByCertificate(attempt: CertificateAttempt): Promise<Principal>;
  /** Accounts that were changed: with what they may do from now on, or `undefined` when they may not be here any more. */
  follow(listener: (name: string, principal: Principal | undefined) => void): Disposable;
}

interface Attempt {
  /** Address of who asks. */
  readonly from: string;
  /** The road: `opcua`. */
  readonly via: string;
  readonly correlationId: string;
}

export interface PasswordAttempt extends Attempt {
  readonly user: string;
  readonly password: string;
}

export interface CertificateAttempt extends Attempt {
  /** SHA-1 of the certificate, hex, upper case. */
  readonly thumbprint: string;
}
