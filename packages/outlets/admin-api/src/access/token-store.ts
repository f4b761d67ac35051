import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayError, isGatewayError, messageOf, systemClock, type Clock } from '@fieldwarden/core';
import type { Revocation, TokenBook, TokenEntry } from './token-book.js';
import { readTokens, writeTokens, type StoredToken } from './token-file.js';

export const setupTokenName = 'set-up';

const maxTokens = 100;

export interface TokenStoreOptions {
  readonly clock?: Clock;
  readonly random?: (size: number) => Buffer;
  /** Runs what writes the file; a reserve of the disk may help it. Default: just runs it. */
  readonly keeping?: (write: () => Promise<void>) => Promise<void>;
  /** Called when the file turns out to be damaged, and when it is sound again. */
  readonly onTrouble?: (trouble: GatewayError | undefined) => void;
}

/**
 * The tokens that open the Admin API on TCP: `<home>/tokens.json`, mode 0600. A file that is damaged shuts that door until it is restored or
 * removed; whoever comes over the local socket has it read again.
 */
export class TokenStore implements TokenBook {
  readonly #file: string;
  readonly #options: TokenStoreOptions;
  readonly #clock: Clock;
  readonly #random: (size: number) => Buffer;
  #tokens: readonly StoredToken[] = [];
  #trouble: GatewayError | undefined;
  /** What is in force is not on disk. */
  #isUnkept = false;

  private constructor(file: string, options: TokenStoreOptions) {
    this.#file = file;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? randomBytes;
  }

  /** A file that does not exist holds no tokens; one that cannot be understood lets nobody in: see `trouble`. */
  static async open(file: string, options: TokenStoreOptions = {}): Promise<TokenStore> {
    const store = new TokenStore(file, options);
    await store.#read();
    return store;
  }

  get trouble(): GatewayError | undefined {
    return this.#trouble;
  }

  /**
   * Makes the set-up token on first call and returns it in clear, this once; it is never shown again. Undefined when it was
   * made before, or other tokens were: `create` makes more.
   */
  async createSetupToken(): Promise<string | undefined> {
    return this.#trouble || this.#tokens.length > 0 ? undefined : await this.#add(setupTokenName);
  }

  async create(name: string): Promise<string> {
    await this.#readable();
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(name) || name === setupTokenName)
      throw refused('TOKEN_NAME', `${JSON.stringify(name)} is no name for a token: 1 to 64 letters, digits, . _ -`);
    if (this.#tokens.some((token) => token.name === name))
      throw refused('TOKEN_EXISTS', `there is a token ${name} already`);
    if (this.#tokens.length >= maxTokens) throw refused('TOO_MANY_TOKENS', `there are ${maxTokens} tokens already`);
    return await this.#add(name);
  }

  async list(): Promise<readonly TokenEntry[]> {
    await this.#readable();
    return this.#tokens.map(({ name, createdAt, usedAt }) => ({ name, createdAt, usedAt }));
  }

  /** The set-up token stays on record as used, so that no start makes another. */
  async revoke(name: string): Promise<Revocation | undefined> {
    await this.#readable();
    if (name === setupTokenName) return await this.#useUp();
    const left = this.#tokens.filter((token) => token.name !== name);
    if (left.length === this.#tokens.length) return undefined;
    return await this.#withdraw(left);
  }

  verify(token: string): string | undefined {
    const found = this.#find(token);
    return found === undefined || found.usedAt !== null ? undefined : found.name;
  }

  async redeem(token: string): Promise<TokenEntry | undefined> {
    const found = this.#find(token);
    if (found?.name === setupTokenName && found.usedAt === null) await this.#useUp();
    return found;
  }

  /** Writes what could not be kept before. Rejects with what the disk says. */
  async keep(): Promise<void> {
    if (this.#isUnkept) await this.#write(this.#tokens);
  }

  async #useUp(): Promise<Revocation | undefined> {
    const usedAt = this.#now();
    const tokens = this.#tokens.map((token) =>
      token.name === setupTokenName ? { ...token, usedAt: token.usedAt ?? usedAt } : token,
    );
    return tokens.some(({ name }) => name === setupTokenName) ? await this.#withdraw(tokens) : undefined;
  }

  /** Counts at once, so that nothing gets in between; taken back if it cannot be kept. */
  async #add(name: string): Promise<string> {
    const token = `fw_${this.#random(32).toString('base64url')}`;
    const before = this.#tokens;
    const after = [...before, { name, sha256: sha256(token).toString('hex'), createdAt: this.#now(), usedAt: null }];
    this.#tokens = after;
    try {
      await this.#write(after);
    } catch (error) {
      if (this.#tokens === after) this.#tokens = before;
      throw error;
    }
    return token;
  }

  /** Counts at once and for good, also if the disk does not take it: who was shut out stays out. */
  async #withdraw(left: readonly StoredToken[]): Promise<Revocation> {
    this.#tokens = left;
    this.#isUnkept = true;
    try {
      await this.#write(left);
      return { kept: true };
    } catch (error) {
      return { kept: false, reason: messageOf(error) };
    }
  }

  async #write(tokens: readonly StoredToken[]): Promise<void> {
    const { keeping = (write) => write() } = this.#options;
    await keeping(() => writeTokens(this.#file, tokens));
    if (this.#tokens === tokens) this.#isUnkept = false;
  }

  /** Whoever asks over the socket may have mended the file by now. */
  async #readable(): Promise<void> {
    if (this.#trouble) await this.#read();
    if (this.#trouble) throw this.#trouble;
  }

  async #read(): Promise<void> {
    const had = this.#trouble;
    try {
      this.#tokens = await readTokens(this.#file);
      this.#trouble = undefined;
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      this.#trouble = error;
    }
    if (Boolean(had) !== Boolean(this.#trouble)) this.#options.onTrouble?.(this.#trouble);
  }

  /** Takes the same time whatever the text. */
  #find(token: string): StoredToken | undefined {
    const hash = sha256(token);
    let found: StoredToken | undefined;
    for (const stored of this.#tokens) {
      if (timingSafeEqual(hash, Buffer.from(stored.sha256, 'hex'))) found = stored;
    }
    return found;
  }

  #now(): string {
    return new Date(this.#clock.wallMs()).toISOString();
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refused(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
