import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GatewayError, systemClock, type Clock } from '@fieldwarden/core';
import { replaceFile } from '@fieldwarden/storage';
import type { TokenBook, TokenEntry } from './token-book.js';

/** Of a token only its hash is kept: whoever reads the file cannot use it. A token is 256 random bits, so a fast hash does. */
interface StoredToken extends TokenEntry {
  readonly sha256: string;
}

export const setupTokenName = 'set-up';

const maxTokens = 100;

export interface TokenStoreOptions {
  readonly clock?: Clock;
  readonly random?: (size: number) => Buffer;
}

/** The tokens that open the Admin API on TCP: `<home>/tokens.json`, mode 0600. */
export class TokenStore implements TokenBook {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #random: (size: number) => Buffer;
  #tokens: readonly StoredToken[];

  private constructor(file: string, tokens: readonly StoredToken[], options: TokenStoreOptions) {
    this.#file = file;
    this.#tokens = tokens;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? randomBytes;
  }

  /** A file that does not exist holds no tokens. Throws kind `config`, code `TOKENS_DAMAGED`, for one that cannot be understood. */
  static async open(file: string, options: TokenStoreOptions = {}): Promise<TokenStore> {
    return new TokenStore(file, await readTokens(file), options);
  }

  /**
   * Makes the set-up token on first call and returns it in clear, this once; it is never shown again. Undefined when it was
   * made before, or other tokens were: `create` makes more.
   */
  async createSetupToken(): Promise<string | undefined> {
    return this.#tokens.length > 0 ? undefined : await this.#add(setupTokenName);
  }

  async create(name: string): Promise<string> {
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(name) || name === setupTokenName)
      throw refused('TOKEN_NAME', `${JSON.stringify(name)} is no name for a token: 1 to 64 letters, digits, . _ -`);
    if (this.#tokens.some((token) => token.name === name))
      throw refused('TOKEN_EXISTS', `there is a token ${name} already`);
    if (this.#tokens.length >= maxTokens) throw refused('TOO_MANY_TOKENS', `there are ${maxTokens} tokens already`);
    return await this.#add(name);
  }

  list(): readonly TokenEntry[] {
    return this.#tokens.map(({ name, createdAt, usedAt }) => ({ name, createdAt, usedAt }));
  }

  /** The set-up token stays on record as used, so that no start makes another. */
  async revoke(name: string): Promise<boolean> {
    if (name === setupTokenName) return await this.#useUp();
    const left = this.#tokens.filter((token) => token.name !== name);
    if (left.length === this.#tokens.length) return false;
    await this.#replace(left);
    return true;
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

  async #useUp(): Promise<boolean> {
    const usedAt = this.#now();
    const tokens = this.#tokens.map((token) =>
      token.name === setupTokenName ? { ...token, usedAt: token.usedAt ?? usedAt } : token,
    );
    if (!tokens.some(({ name }) => name === setupTokenName)) return false;
    await this.#replace(tokens);
    return true;
  }

  async #add(name: string): Promise<string> {
    const token = `fw_${this.#random(32).toString('base64url')}`;
    const stored = { name, sha256: sha256(token).toString('hex'), createdAt: this.#now(), usedAt: null };
    await this.#replace([...this.#tokens, stored]);
    return token;
  }

  /** Counts at once, so that nothing gets in between; taken back if it cannot be kept. */
  async #replace(tokens: readonly StoredToken[]): Promise<void> {
    const before = this.#tokens;
    this.#tokens = tokens;
    try {
      await replaceFile(this.#file, `${JSON.stringify({ version: 1, tokens }, undefined, 2)}\n`);
    } catch (error) {
      if (this.#tokens === tokens) this.#tokens = before;
      throw error;
    }
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

async function readTokens(file: string): Promise<readonly StoredToken[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(file, error);
  });
  return text === undefined ? [] : parseTokens(file, text);
}

function parseTokens(file: string, text: string): readonly StoredToken[] {
  try {
    const { version, tokens } = JSON.parse(text) as { readonly version?: unknown; readonly tokens?: unknown };
    if (version === 1 && Array.isArray(tokens) && tokens.every(isStoredToken))
      return tokens.map((token) => ({ ...token, usedAt: token.usedAt ?? null }));
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file);
}

/** `usedAt` may be missing: then the token was not used. */
function isStoredToken(entry: unknown): entry is Omit<StoredToken, 'usedAt'> & { readonly usedAt?: string | null } {
  const { name, sha256: hash, createdAt, usedAt = null } = (entry ?? {}) as Partial<Record<keyof StoredToken, unknown>>;
  const isUsed = usedAt === null || typeof usedAt === 'string';
  return isUsed && typeof name === 'string' && typeof createdAt === 'string' && /^[0-9a-f]{64}$/.test(String(hash));
}

function damaged(file: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'TOKENS_DAMAGED',
    kind: 'config',
    message: `${file} cannot be read as a list of tokens; restore it, or delete it to get a new set-up token at the next start`,
    cause,
  });
}
