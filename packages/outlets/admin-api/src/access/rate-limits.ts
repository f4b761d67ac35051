import { TokenBuckets, type BucketLimits, type SessionHolder } from '@fieldwarden/accounts';
import type { Clock } from '@fieldwarden/core';
import { networkOf } from '@fieldwarden/door';
import type { Request } from 'express';
import { RequestRefused } from '../server/request-refused.js';
import type { Requester } from './requester.js';

export interface RateLimitOptions {
  /** Wrong tokens, per address. A right one comes in whatever others at its address tried: nobody guesses 256 bits. */
  readonly signIn: BucketLimits;
  /** Sessions opened, per token or person. */
  readonly sessions: BucketLimits;
  /** Sign-ins begun at a provider, per address. */
  readonly begun: BucketLimits;
  /** Requests that change something, per token or session. The local socket has no limit. */
  readonly changes: BucketLimits;
}

export const rateLimitDefaults: RateLimitOptions = {
  signIn: { burst: 10, perSecond: 0.2 },
  sessions: { burst: 60, perSecond: 1 },
  begun: { burst: 20, perSecond: 0.2 },
  changes: { burst: 500, perSecond: 200 },
};

/** How often somebody may try to get in, and how much may be changed from outside. */
export class RateLimits {
  readonly #signIn: TokenBuckets;
  readonly #sessions: TokenBuckets;
  readonly #begun: TokenBuckets;
  readonly #changes: TokenBuckets;

  constructor(clock: Clock, options: Partial<RateLimitOptions> = {}) {
    const { signIn, sessions, begun, changes } = { ...rateLimitDefaults, ...options };
    this.#signIn = new TokenBuckets(signIn, clock);
    this.#sessions = new TokenBuckets(sessions, clock);
    this.#begun = new TokenBuckets(begun, clock);
    this.#changes = new TokenBuckets(changes, clock);
  }

  /** Refused with 429 when this token or person has opened too many sessions. */
  countSession({ source, name }: SessionHolder): void {
    const waitMs = this.#sessions.take(`${source}/${name}`);
    if (waitMs > 0) throw tooMany(`${name} signs in too often`, waitMs);
  }

  /** Of a wrong token. Refused with 429 when this address has tried too often. */
  countAttempt({ socket: { remoteAddress = '' } }: Request): void {
    const waitMs = this.#signIn.take(networkOf(remoteAddress));
    if (waitMs > 0) throw tooMany('this address has tried to sign in too often', waitMs);
  }

  /** Refused with 429 when this address begins too many sign-ins: the oldest that are under way would be lost. */
  countBegun({ socket: { remoteAddress = '' } }: Request): void {
    const waitMs = this.#begun.take(networkOf(remoteAddress));
    if (waitMs > 0) throw tooMany('this address has begun to sign in too often', waitMs);
  }

  /** Refused with 429 when this requester changes too much too quickly. */
  countChange({ via, principal: { name } }: Requester): void {
    if (via === 'socket') return;
    const waitMs = this.#changes.take(`${via}/${name}`);
    if (waitMs > 0) throw tooMany(`${name} sends too many changes at once`, waitMs);
  }
}

export function tooMany(detail: string, waitMs: number): RequestRefused {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new RequestRefused({
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    detail,
    remedy: `Try again in ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  });
}
