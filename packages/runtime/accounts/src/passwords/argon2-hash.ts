import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** What a hash costs. Grows over the years: a hash of less is made anew when its owner signs in. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** RFC 9106, 4 allows less memory with more passes; this is what OWASP names as the least. One takes some 40 ms of one processor. */
export const argon2Cost: Argon2Cost = { memoryKiB: 19_456, passes: 2 };

export const saltBytes = 16;
const tagBytes = 32;

/** More than that is no hash of this gateway: a file that was tampered with shall not take all memory. */
const maxMemoryKiB = 262_144;
const maxPasses = 16;

interface ParsedHash extends Argon2Cost {
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const argon2Async = promisify(argon2);

/** A PHC string, `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`. Takes one of the four threads that files use, too. */
export async function argon2Hash(password: string, salt: Buffer, cost: Argon2Cost = argon2Cost): Promise<string> {
  const tag = await tagOf(password, { ...cost, parallelism: 1, salt, tag: Buffer.alloc(tagBytes) });
  const { memoryKiB, passes } = cost;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${unpadded(salt)}$${unpadded(tag)}`;
}

export async function argon2Matches(hash: string, password: string): Promise<boolean> {
  const parsed = parseHash(hash);
  if (!parsed) return false;
  return timingSafeEqual(await tagOf(password, parsed), parsed.tag);
}

/** Whether it was made with less than what is asked for now. */
export function isCheaper(hash: string, cost: Argon2Cost = argon2Cost): boolean {
  const parsed = parseHash(hash);
  return !parsed || parsed.memoryKiB < cost.memoryKiB || parsed.passes < cost.passes;
}

export function isArgon2Hash(text: unknown): text is string {
  return typeof text === 'string' && parseHash(text) !== undefined;
}

async function tagOf(password: string, { memoryKiB, passes, parallelism, salt, tag }: ParsedHash): Promise<Buffer> {
  return await argon2Async('argon2id', {
    message: password,
    nonce: salt,
    parallelism,
    tagLength: tag.length,
    memory: memoryKiB,
    passes,
  });
}

/** https://github.com/P-H-C/phc-string-format: base64 without padding. */
function parseHash(text: string): ParsedHash | undefined {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/.exec(
      text,
    );
  if (!match) return undefined;
  const [memoryKiB, passes, parallelism] = match.slice(1, 4).map(Number);
  const [salt, tag] = match.slice(4).map((part) => Buffer.from(part, 'base64'));
  const isSane =
    memoryKiB >= 8 * parallelism && memoryKiB <= maxMemoryKiB && passes >= 1 && passes <= maxPasses && parallelism >= 1;
  return isSane ? { memoryKiB, passes, parallelism, salt, tag } : undefined;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
