import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { GatewayError, systemClock, type Clock } from '@fieldwarden/core';

/** Of a token only its hash is kept: whoever reads the file cannot use it. A token is 256 random bits, so a fast hash does. */
interface StoredToken {
  readonly name: string;
  readonly sha256: string;
  readonly createdAt: string;
}

export const setupTokenName = 'set-up';

export interface TokenStoreOptions {
  readonly clock?: Clock;
  readonly random?: (size: number) => Buffer;
}

/** The tokens that open the Admin API on TCP: `<home>/tokens.json`, mode 0600. */
export class TokenStore {
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
   * made before: delete the file to get a new one.
   */
  async createSetupToken(): Promise<string | undefined> {
    if (this.#tokens.some(({ name }) => name === setupTokenName)) return undefined;
    const token = `fw_${this.#random(32).toString('base64url')}`;
    const stored: StoredToken = {
      name: setupTokenName,
      sha256: sha256(token).toString('hex'),
      createdAt: new Date(this.#clock.wallMs()).toISOString(),
    };
    const tokens = [...this.#tokens, stored];
    await replaceFile(this.#file, `${JSON.stringify({ version: 1, tokens }, undefined, 2)}\n`);
    this.#tokens = tokens;
    return token;
  }

  /** Name of the token, or undefined if it is none of ours. Takes the same time whatever the text. */
  verify(token: string): string | undefined {
    const hash = sha256(token);
    let found: string | undefined;
    for (const { name, sha256: known } of this.#tokens) {
      if (timingSafeEqual(hash, Buffer.from(known, 'hex'))) found = name;
    }
    return found;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
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
    if (version === 1 && Array.isArray(tokens) && tokens.every(isStoredToken)) return tokens;
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file);
}

function isStoredToken(entry: unknown): entry is StoredToken {
  const { name, sha256: hash, createdAt } = (entry ?? {}) as Partial<Record<keyof StoredToken, unknown>>;
  return typeof name === 'string' && typeof createdAt === 'string' && /^[0-9a-f]{64}$/.test(String(hash));
}

function damaged(file: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'TOKENS_DAMAGED',
    kind: 'config',
    message: `${file} cannot be read as a list of tokens; restore it, or delete it to get a new set-up token at the next start`,
    cause,
  });
}

/** Old or new content is on disk whenever the power fails, never half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
