import type { Clock } from '@fieldwarden/core';
import type { Request } from 'express';
import { isIPv6 } from 'node:net';
import { RequestRefused } from '../server/request-refused.js';
import type { Requester } from './requester.js';
import { TokenBuckets, type BucketLimits } from './token-bucket.js';

export interface RateLimitOptions {
  /** Attempts to sign in, and wrong tokens, per address. */
  readonly signIn: BucketLimits;
  /** Requests that change something, per token or session. The local socket has no limit. */
  readonly changes: BucketLimits;
}

export const rateLimitDefaults: RateLimitOptions = {
  signIn: { burst: 10, perSecond: 0.2 },
  changes: { burst: 500, perSecond: 200 },
};

/** How often somebody may try to get in, and how much may be changed from outside. */
export class RateLimits {
  readonly #signIn: TokenBuckets;
  readonly #changes: TokenBuckets;

  constructor(clock: Clock, options: Partial<RateLimitOptions> = {}) {
    const { signIn, changes } = { ...rateLimitDefaults, ...options };
    this.#signIn = new TokenBuckets(signIn, clock);
    this.#changes = new TokenBuckets(changes, clock);
  }

  /** Refused with 429 when this address has tried too often. */
  countAttempt({ socket: { remoteAddress = '' } }: Request): void {
    const waitMs = this.#signIn.take(networkOf(remoteAddress));
    if (waitMs > 0) throw tooMany('this address has tried to sign in too often', waitMs);
  }

  /** Refused with 429 when this requester changes too much too quickly. */
  countChange({ via, name }: Requester): void {
    if (via === 'socket') return;
    const waitMs = this.#changes.take(`${via}/${name}`);
    if (waitMs > 0) throw tooMany(`${name} sends too many changes at once`, waitMs);
  }
}

/** Of an IPv6 address the network: a host has as many addresses there as it likes. */
function networkOf(address: string): string {
  return isIPv6(address) && !address.startsWith('::ffff:') ? address.split(':').slice(0, 4).join(':') : address;
}

function tooMany(detail: string, waitMs: number): RequestRefused {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new RequestRefused({
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    detail,
    remedy: `Try again in ${seconds} s.`,
    headers: { 'Retry-After': String(seconds) },
  });
}
