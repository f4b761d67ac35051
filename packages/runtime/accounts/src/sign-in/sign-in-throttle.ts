import type { Clock } from '@fieldwarden/core';
import { networkOf } from '@fieldwarden/door';
import { TokenBuckets } from './token-bucket.js';

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/** Wrong tries are forgotten when there was none for so long. */
const memoryMs = 15 * 60_000;

/** Of wrong tries at whatever names, per address. */
const addressLimits = { burst: 20, perSecond: 0.2 } as const;

/** Names with addresses that are remembered; the one that was quiet for longest is forgotten. */
const maxPairs = 10_000;

interface Tries {
  readonly wrong: number;
  readonly atMs: number;
}

/**
 * How often somebody may try a name (SPEC §13.3). What counts is the name *and* the address from which it is tried: whoever guesses waits, 1 s and
 * then twice as long each time up to 60 s, and keeps nobody out who comes from elsewhere. An address that tries many names waits, too, but not for
 * a name with which it has come in before.
 */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #addresses: TokenBuckets;
  /** By name and address, in order of last use. `wrong` 0: came in from there. */
  readonly #tries = new Map<string, Tries>();
  readonly #spraying = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#addresses = new TokenBuckets(addressLimits, clock);
  }

  /** 0 if this may be tried now, else the milliseconds until it may. Asking counts nothing. */
  waitMs(name: string, from: string): number {
    const nowMs = this.#clock.monotonicMs();
    const tries = this.#known(name, from);
    const ofPair = tries && tries.wrong > 0 ? tries.atMs + delayMs(tries.wrong) - nowMs : 0;
    const ofAddress = tries?.wrong === 0 ? 0 : (this.#spraying.get(networkOf(from)) ?? 0) - nowMs;
    return Math.max(0, Math.ceil(ofPair), Math.ceil(ofAddress));
  }

  wrong(name: string, from: string): void {
    const before = this.#known(name, from)?.wrong ?? 0;
    this.#remember(name, from, before + 1);
    const network = networkOf(from);
    const waitMs = this.#addresses.take(network);
    if (waitMs > 0) this.#spraying.set(network, this.#clock.monotonicMs() + waitMs);
    else this.#spraying.delete(network);
    if (this.#spraying.size > maxPairs) this.#spraying.clear();
  }

  right(name: string, from: string): void {
    this.#remember(name, from, 0);
  }

  #known(name: string, from: string): Tries | undefined {
    const tries = this.#tries.get(pairOf(name, from));
    return tries && (tries.wrong === 0 || this.#clock.monotonicMs() - tries.atMs < memoryMs) ? tries : undefined;
  }

  #remember(name: string, from: string, wrong: number): void {
    const pair = pairOf(name, from);
    this.#tries.delete(pair);
    this.#tries.set(pair, { wrong, atMs: this.#clock.monotonicMs() });
    if (this.#tries.size <= maxPairs) return;
    const [oldest] = this.#tries.keys();
    this.#tries.delete(oldest);
  }
}

function delayMs(wrong: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(wrong - 1, 10));
}

/** Names that differ by case are one account. */
function pairOf(name: string, from: string): string {
  return `${networkOf(from)} ${name.toLowerCase().slice(0, 64)}`;
}
