import { randomBytes } from 'node:crypto';
import type { Clock } from '@fieldwarden/core';
import type { AccountTotp } from '../store/account.js';
import { acceptedStep, fromBase32, toBase32 } from './totp.js';

/** RFC 4226, 4: as long as the hash. */
const secretBytes = 20;

const offerMs = 10 * 60_000;

interface Offer {
  readonly secret: string;
  readonly untilMs: number;
}

/** Second factors that were shown to their people and are not confirmed yet: they may have been lost on the way. In memory only. */
export class TotpOffers {
  readonly #clock: Clock;
  /** By name of the account. */
  readonly #offers = new Map<string, Offer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new secret, base32; the one before counts no more. */
  make(name: string): string {
    const secret = toBase32(randomBytes(secretBytes));
    this.#offers.set(name, { secret, untilMs: this.#clock.monotonicMs() + offerMs });
    return secret;
  }

  /** The second factor, if this is a code of it; `none` was offered, or too long ago. */
  confirm(name: string, code: string): AccountTotp | 'none' | 'wrong' {
    const offer = this.#offers.get(name);
    if (!offer || offer.untilMs < this.#clock.monotonicMs()) return 'none';
    const lastStep = acceptedStep(fromBase32(offer.secret), code, this.#clock.wallMs(), 0);
    if (lastStep === undefined) return 'wrong';
    this.#offers.delete(name);
    return { secret: offer.secret, lastStep };
  }
}
