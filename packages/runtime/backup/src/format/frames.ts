import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { damaged } from '../backup-error.js';
import { uint32, type ByteReader } from './byte-reader.js';

/** Of a frame's content. */
const frameBytes = 64 * 1024;

/** In the word of its length: no frame follows. */
const last = 0x8000_0000;

/** Seals one frame after the other: to its place, to the head, and to whether it is the last. */
interface FrameSeal {
  /** Bytes behind the content. */
  readonly checkBytes: number;
  seal(word: Buffer, content: Buffer): readonly [content: Buffer, check: Buffer];
  /** Throws for what was not sealed so. */
  open(word: Buffer, content: Buffer, check: Buffer): Buffer;
}

/** Without a passphrase: a chain of digests. Finds damage, not malice. */
class DigestChain implements FrameSeal {
  readonly checkBytes = 32;
  #link: Buffer;

  constructor(headDigest: Buffer) {
    this.#link = headDigest;
  }

  seal(word: Buffer, content: Buffer): readonly [Buffer, Buffer] {
    this.#link = createHash('sha256').update(this.#link).update(word).update(content).digest();
    return [content, this.#link];
  }

  open(word: Buffer, content: Buffer, check: Buffer): Buffer {
    const [, expected] = this.seal(word, content);
    if (!expected.equals(check)) throw damaged('a part of it is not what was written');
    return content;
  }
}

const authTagLength = 16;

/** AES-256-GCM; the key is of this file alone, so the frame's number is its nonce. */
class CipherFrames implements FrameSeal {
  readonly checkBytes = authTagLength;
  readonly #key: Buffer;
  readonly #headDigest: Buffer;
  #count = 0n;

  constructor(key: Buffer, headDigest: Buffer) {
    this.#key = key;
    this.#headDigest = headDigest;
  }

  seal(word: Buffer, content: Buffer): readonly [Buffer, Buffer] {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nonce(), { authTagLength });
    cipher.setAAD(Buffer.concat([this.#headDigest, word]));
    return [Buffer.concat([cipher.update(content), cipher.final()]), cipher.getAuthTag()];
  }

  open(word: Buffer, content: Buffer, check: Buffer): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nonce(), { authTagLength });
    decipher.setAAD(Buffer.concat([this.#headDigest, word]));
    decipher.setAuthTag(check);
    try {
      return Buffer.concat([decipher.update(content), decipher.final()]);
    } catch {
      throw damaged('a part of it is not what was written');
    }
  }

  #nonce(): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(this.#count, 4);
    this.#count += 1n;
    return nonce;
  }
}

function sealOf(key: Buffer | undefined, headDigest: Buffer): FrameSeal {
  return key ? new CipherFrames(key, headDigest) : new DigestChain(headDigest);
}

/** Cuts a stream into sealed frames. */
export async function* writeFrames(
  pieces: AsyncIterable<Uint8Array>,
  key: Buffer | undefined,
  headDigest: Buffer,
): AsyncGenerator<Buffer> {
  const seal = sealOf(key, headDigest);
  const frame = (content: Buffer, isLast: boolean): Buffer => {
    const word = uint32(content.length | (isLast ? last : 0));
    return Buffer.concat([word, ...seal.seal(word, content)]);
  };
  let waiting = Buffer.alloc(0);
  for await (const piece of pieces) {
    waiting = Buffer.concat([waiting, piece]);
    for (; waiting.length > frameBytes; waiting = waiting.subarray(frameBytes)) {
      yield frame(waiting.subarray(0, frameBytes), false);
    }
  }
  yield frame(waiting, true);
}

/** The content of the frames; throws BACKUP_DAMAGED or BACKUP_CUT instead of giving anything that was not written. */
export async function* readFrames(
  reader: ByteReader,
  key: Buffer | undefined,
  headDigest: Buffer,
): AsyncGenerator<Buffer> {
  const seal = sealOf(key, headDigest);
  for (let isLast = false; !isLast;) {
    const word = await reader.exactly(4);
    isLast = (word.readUInt32BE() & last) !== 0;
    const length = (word.readUInt32BE() & ~last) >>> 0;
    if (length > frameBytes) throw damaged('a part of it says an impossible length');
    const content = await reader.exactly(length);
    yield seal.open(word, content, await reader.exactly(seal.checkBytes));
  }
  if (!(await reader.isAtEnd())) throw damaged('there is more behind its end');
}
