import { GatewayError } from '@fieldwarden/core';
import { everywhere, type Principal, type Role } from '@fieldwarden/gateway-contract';
import {
  AccessChanges,
  signInRefused,
  type AccessDesk,
  type AccessListener,
  type CertificateAttempt,
  type PasswordAttempt,
} from '@fieldwarden/service';

export interface MemoryAccount {
  readonly password: string;
  readonly role: Role;
  readonly areas?: readonly string[];
  /** Thumbprints, as in `CertificateAttempt`. */
  readonly certificates?: readonly string[];
}

/** Accounts in memory, for tests of services. */
export class MemoryDesk implements AccessDesk {
  readonly #accounts = new Map<string, MemoryAccount>();
  readonly #changes = new AccessChanges();
  /** Each that was made, oldest first. */
  readonly attempts: (PasswordAttempt | CertificateAttempt)[] = [];
  /** Set: every sign-in waits for it. */
  hold: Promise<void> | undefined;
  /** Every sign-in is one too many. */
  isBusy = false;

  get followers(): number {
    return this.#changes.followers;
  }

  /** Makes an account, or changes it; those who follow are told. */
  set(name: string, account: MemoryAccount): void {
    this.#accounts.set(name, account);
    this.#changes.tell(name, principalOf(name, account, 'password'));
  }

  remove(name: string): void {
    this.#accounts.delete(name);
    this.#changes.tell(name, undefined);
  }

  async signIn(attempt: PasswordAttempt): Promise<Principal> {
    await this.#admit(attempt);
    const account = this.#accounts.get(attempt.user);
    if (account?.password !== attempt.password) throw signInRefused();
    return principalOf(attempt.user, account, 'password');
  }

  async signInByCertificate(attempt: CertificateAttempt): Promise<Principal> {
    await this.#admit(attempt);
    const found = [...this.#accounts].find(([, { certificates }]) => certificates?.includes(attempt.thumbprint));
    if (!found) throw signInRefused();
    return principalOf(...found, 'certificate');
  }

  follow(listener: AccessListener): Disposable {
    return this.#changes.follow(listener);
  }

  async #admit(attempt: PasswordAttempt | CertificateAttempt): Promise<void> {
    this.attempts.push(attempt);
    await this.hold;
    if (!this.isBusy) return;
    throw new GatewayError({ code: 'SIGN_IN_TOO_MANY', kind: 'overloaded', message: 'too many sign-ins' });
  }
}

function principalOf(name: string, { role, areas = everywhere }: MemoryAccount, proof: Principal['proof']): Principal {
  return { name, grants: [{ role, areas }], proof };
}
