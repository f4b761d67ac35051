import { randomBytes } from 'node:crypto';
import type { Clock } from '@fieldwarden/core';

/** What a sign-in needs when the provider sends the person back. */
export interface BegunSignIn {
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** People read, look for a phone, change a password. */
const lifeMs = 10 * 60_000;

/** Whoever begins more loses the oldest: nobody has to be known to begin. */
const maxBegun = 1_000;

/** Sign-ins that were begun here, each for the browser that has its secret, each for one end. */
export class BegunSignIns {
  readonly #clock: Clock;
  readonly #begun = new Map<string, BegunSignIn & { readonly endsMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The secret that the browser keeps. */
  add(signIn: BegunSignIn): string {
    for (const [key, { endsMs }] of this.#begun) {
      if (endsMs > this.#clock.monotonicMs() && this.#begun.size < maxBegun) break; // oldest first
      this.#begun.delete(key);
    }
    const secret = randomBytes(32).toString('base64url');
    this.#begun.set(secret, { ...signIn, endsMs: this.#clock.monotonicMs() + lifeMs });
    return secret;
  }

  /** Undefined for what was not begun here, took too long or has ended already. */
  take(secret: string): BegunSignIn | undefined {
    const signIn = this.#begun.get(secret);
    this.#begun.delete(secret);
    return signIn && signIn.endsMs > this.#clock.monotonicMs() ? signIn : undefined;
  }
}
