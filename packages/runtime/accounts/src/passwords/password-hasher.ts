import { randomBytes } from 'node:crypto';
import { GatewayError } from '@fieldwarden/core';
import { argon2Cost, argon2Hash, argon2Matches, isCheaper, saltBytes, type Argon2Cost } from './argon2-hash.js';

/** Who waits for a hash, of one address and of all. Beyond them somebody is told at once to come again. */
const maxWaitingOfAddress = 32;
const maxWaiting = 128;

/** What somebody who is sent away should wait: about what the queue takes. */
const retryAfterMs = 5_000;

interface Waiting {
  readonly start: () => Promise<void>;
}

/**
 * Makes and compares password hashes, **one at a time**: each takes a thread of libuv's pool, which reads files and names, too. Who waits is
 * served in turns by address, so that a crowd at one does not keep the others waiting.
 */
export class PasswordHasher {
  readonly #cost: Argon2Cost;
  readonly #waiting = new Map<string, Waiting[]>();
  #isBusy = false;
  #waits = 0;
  #nobody: Promise<string> | undefined;

  constructor(cost: Argon2Cost = argon2Cost) {
    this.#cost = cost;
  }

  /** Rejects with kind `overloaded`, `SIGN_IN_TOO_MANY`. */
  async hash(password: string, from = ''): Promise<string> {
    return await this.inTurn(from, () => this.hashNow(password));
  }

  /** Only inside `inTurn`. */
  async hashNow(password: string): Promise<string> {
    return await argon2Hash(normal(password), randomBytes(saltBytes), this.#cost);
  }

  /** Only inside `inTurn`. Without a hash, because nobody has that name: takes as long, and is false. */
  async matchesNow(hash: string | undefined, password: string): Promise<boolean> {
    const matches = await argon2Matches(hash ?? (await this.#hashOfNobody()), normal(password));
    return hash !== undefined && matches;
  }

  isCheap(hash: string): boolean {
    return isCheaper(hash, this.#cost);
  }

  /** Runs `work` when nobody else's runs. Rejects with `SIGN_IN_TOO_MANY` where too many wait. */
  inTurn<Result>(from: string, work: () => Promise<Result>): Promise<Result> {
    const queue = this.#waiting.get(from) ?? [];
    if (queue.length >= maxWaitingOfAddress || this.#waits >= maxWaiting) return Promise.reject(tooMany(retryAfterMs));
    return new Promise<Result>((resolve, reject) => {
      queue.push({ start: () => work().then(resolve, reject) });
      this.#waiting.set(from, queue);
      this.#waits += 1;
      if (!this.#isBusy) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#next(); next; next = this.#next()) await next.start();
    this.#isBusy = false;
  }

  /** The address that was served longest ago stands first; served, it goes to the end. */
  #next(): Waiting | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const [from, queue] = first;
    const next = queue.shift();
    this.#waiting.delete(from);
    if (queue.length > 0) this.#waiting.set(from, queue);
    this.#waits -= 1;
    return next;
  }

  #hashOfNobody(): Promise<string> {
    this.#nobody ??= argon2Hash(randomBytes(24).toString('base64'), randomBytes(saltBytes), this.#cost);
    return this.#nobody;
  }
}

export function tooMany(waitMs: number, message = 'too many people sign in at once'): GatewayError {
  const error = new GatewayError({ code: 'SIGN_IN_TOO_MANY', kind: 'overloaded', message });
  return Object.assign(error, { retryAfterMs: waitMs });
}

/** NIST SP 800-63B, 3.1.1.2: the same password typed on another keyboard is the same. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
