import { GatewayError } from '@fieldwarden/core';
import type { Principal } from '@fieldwarden/gateway-contract';
import {
  AccessChanges,
  type AccessDesk,
  type AccessListener,
  type CertificateAttempt,
  type PasswordAttempt,
} from '@fieldwarden/service';
import { signInCredits, type ServiceAsk } from '../service-messages.js';
import type { ServiceAsks } from './service-asks.js';

/** In a Host: the gateway's desk, asked through the channel. */
export class HostedDesk implements AccessDesk {
  readonly #asks: Pick<ServiceAsks, 'ask'>;
  readonly #changes = new AccessChanges();
  #open = 0;

  constructor(asks: Pick<ServiceAsks, 'ask'>) {
    this.#asks = asks;
  }

  signIn(attempt: PasswordAttempt): Promise<Principal> {
    return this.#ask({ kind: 'sign-in', attempt });
  }

  signInByCertificate(attempt: CertificateAttempt): Promise<Principal> {
    return this.#ask({ kind: 'sign-in-certificate', attempt });
  }

  follow(listener: AccessListener): Disposable {
    return this.#changes.follow(listener);
  }

  /** The gateway says so. */
  changed(name: string, principal: Principal | undefined): void {
    this.#changes.tell(name, principal);
  }

  async #ask(ask: ServiceAsk): Promise<Principal> {
    if (this.#open >= signInCredits) throw tooMany();
    this.#open += 1;
    try {
      return (await this.#asks.ask(ask)) as Principal;
    } finally {
      this.#open -= 1;
    }
  }
}

function tooMany(): GatewayError {
  return new GatewayError({
    code: 'SIGN_IN_TOO_MANY',
    kind: 'overloaded',
    message: `more than ${signInCredits} sign-ins at a time; try again in a moment`,
  });
}
