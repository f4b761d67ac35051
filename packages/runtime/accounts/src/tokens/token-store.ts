import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatewayError, systemClock, type Clock } from '@fieldwarden/core';
import { everywhere, type Principal } from '@fieldwarden/gateway-contract';
import { checkAreas } from '../store/account.js';
import { KeptList, type Kept } from '../store/kept-list.js';
import type { NewToken, TokenBook, TokenEntry } from './token-book.js';
import { readTokens, writeTokens, type StoredToken } from './token-file.js';

export const setupTokenName = 'set-up';

const maxTokens = 100;

/** Times of last use are this coarse, and on disk this late: a token is used many times a second. */
const useCoarseMs = 60_000;
const useKeptMs = 10 * 60_000;

export interface TokenStoreOptions {
  readonly clock?: Clock;
  readonly random?: (size: number) => Buffer;
  /** Runs what writes the file; a reserve of the disk may help it. Default: just runs it. */
  readonly keeping?: (write: () => Promise<void>) => Promise<void>;
  /** Called when the file turns out to be damaged, and when it is sound again. */
  readonly onTrouble?: (trouble: GatewayError | undefined) => void;
}

/**
 * The tokens that open the Admin API on TCP: `<home>/tokens.json`, mode 0600. A file that is damaged lets no token in until it is restored or
 * removed; whoever comes over the local socket has it read again.
 */
export class TokenStore implements TokenBook {
  readonly #list: KeptList<StoredToken>;
  readonly #clock: Clock;
  readonly #random: (size: number) => Buffer;
  #usesKeptMs: number;

  private constructor(file: string, options: TokenStoreOptions) {
    const { clock = systemClock, random = randomBytes, keeping, onTrouble } = options;
    this.#clock = clock;
    this.#random = random;
    this.#usesKeptMs = clock.wallMs();
    this.#list = new KeptList<StoredToken>({
      read: () => readTokens(file),
      write: (tokens) => writeTokens(file, tokens),
      keeping,
      onTrouble,
    });
  }

  /** A file that does not exist holds no tokens; one that cannot be understood lets nobody in: see `trouble`. */
  static async open(file: string, options: TokenStoreOptions = {}): Promise<TokenStore> {
    const store = new TokenStore(file, options);
    await store.#list.read();
    return store;
  }

  get trouble(): GatewayError | undefined {
    return this.#list.trouble;
  }

  /**
   * Makes the set-up token on first call and returns it in clear, this once; it is never shown again. Undefined when it was
   * made before, or other tokens were: `create` makes more.
   */
  async createSetupToken(): Promise<string | undefined> {
    return this.trouble || this.#list.entries.length > 0 ? undefined : await this.#add({ name: setupTokenName });
  }

  async create(token: NewToken): Promise<string> {
    await this.#list.readable();
    const { name, areas, expiresAt } = token;
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(name) || name === setupTokenName)
      throw refused('TOKEN_NAME', `${JSON.stringify(name)} is no name for a token: 1 to 64 letters, digits, . _ -`);
    if (areas) checkAreas(areas);
    if (typeof expiresAt === 'string' && !(Date.parse(expiresAt) > this.#clock.wallMs()))
      throw refused('TOKEN_EXPIRY', `a token that ended at ${expiresAt} would open nothing`);
    if (this.#list.entries.some((other) => other.name === name))
      throw refused('TOKEN_EXISTS', `there is a token ${name} already`);
    if (this.#list.entries.length >= maxTokens)
      throw refused('TOO_MANY_TOKENS', `there are ${maxTokens} tokens already`);
    return await this.#add(token);
  }

  async list(): Promise<readonly TokenEntry[]> {
    await this.#list.readable();
    return this.#list.entries.map(({ sha256: _, ...entry }) => entry);
  }

  /** The set-up token stays on record as used, so that no start makes another. */
  async revoke(name: string): Promise<Kept | undefined> {
    await this.#list.readable();
    const { entries } = this.#list;
    if (!entries.some((token) => token.name === name)) return undefined;
    if (name === setupTokenName) return await this.#list.take(this.#withSetupUsed());
    return await this.#list.take(entries.filter((token) => token.name !== name));
  }

  verify(token: string): Principal | undefined {
    const found = this.#find(token);
    const principal = found && this.#principalOf(found);
    if (principal) this.#noteUse(found);
    return principal;
  }

  known(token: string): TokenEntry | undefined {
    return this.#find(token);
  }

  principalOf(name: string): Principal | undefined {
    const found = this.#list.entries.find((token) => token.name === name);
    return found && this.#principalOf(found);
  }

  async useUpSetup(): Promise<void> {
    const isOpen = this.#list.entries.some(({ name, usedAt }) => name === setupTokenName && usedAt === null);
    if (isOpen) await this.#list.take(this.#withSetupUsed());
  }

  /** Writes what could not be kept before. Rejects with what the disk says. */
  async keep(): Promise<void> {
    await this.#list.keep();
  }

  #principalOf({ name, role, areas, usedAt, expiresAt }: StoredToken): Principal | undefined {
    if (usedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= this.#clock.wallMs())) return undefined;
    // it looks, and makes the first admin: see the routes
    if (name === setupTokenName) return { name, grants: [{ role: 'viewer', areas: everywhere }], proof: 'setup' };
    return { name, grants: [{ role, areas }], proof: 'token' };
  }

  #withSetupUsed(): readonly StoredToken[] {
    const usedAt = this.#now();
    return this.#list.entries.map((token) =>
      token.name === setupTokenName ? { ...token, usedAt: token.usedAt ?? usedAt } : token,
    );
  }

  async #add({ name, role = 'viewer', areas = everywhere, expiresAt = null }: NewToken): Promise<string> {
    const token = `fw_${this.#random(32).toString('base64url')}`;
    const entry: StoredToken = {
      name,
      sha256: sha256(token).toString('hex'),
      createdAt: this.#now(),
      usedAt: null,
      role,
      areas,
      expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      lastUsedAt: null,
    };
    await this.#list.give([...this.#list.entries, entry]);
    return token;
  }

  #noteUse(token: StoredToken): void {
    const nowMs = this.#clock.wallMs();
    if (token.lastUsedAt !== null && nowMs - Date.parse(token.lastUsedAt) < useCoarseMs) return;
    const used = { ...token, lastUsedAt: this.#now() };
    this.#list.note(this.#list.entries.map((entry) => (entry === token ? used : entry)));
    if (nowMs - this.#usesKeptMs < useKeptMs) return;
    this.#usesKeptMs = nowMs;
    void this.keep().catch(() => undefined); // tried again, and with the next change
  }

  /** Takes the same time whatever the text. */
  #find(token: string): StoredToken | undefined {
    const hash = sha256(token);
    let found: StoredToken | undefined;
    for (const stored of this.#list.entries) {
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
