import { appendFile, constants, open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@fieldwarden/storage';
import { chainEndOf, type ChainEnd } from './chain-end.js';
import { currentName, rolledName } from './segments.js';

/** In the home directory: pieces of rows that were being written when a gateway was killed. */
export const tornName = 'audit.torn';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const ownerOnly = 0o600;

/** The file that rows are appended to, open. What it holds up to `bytes` is on disk. */
export class AuditFile {
  readonly #folder: string;
  readonly #file: FileHandle;
  #bytes: number;
  #firstSeq: number | undefined;

  private constructor(folder: string, file: FileHandle, bytes: number, firstSeq: number | undefined) {
    this.#folder = folder;
    this.#file = file;
    this.#bytes = bytes;
    this.#firstSeq = firstSeq;
  }

  /** Sets a torn last line aside. Rejects with what the file system says. */
  static async open(folder: string): Promise<{ readonly file: AuditFile; readonly end: ChainEnd }> {
    const end = await chainEndOf(folder);
    const file = await open(join(folder, currentName), O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, ownerOnly);
    try {
      if (end.torn.length > 0) await setAside(folder, file, end);
      await syncFolder(folder); // that it is there
      return { file: new AuditFile(folder, file, end.wholeBytes, end.firstSeq), end };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All of `lines` is on disk when this resolves; none of it is in the file when it rejects, as far as the disk allows. */
  async append(lines: string, firstSeq: number): Promise<void> {
    const bytes = Buffer.from(lines);
    try {
      await writeAll(this.#file, bytes);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += bytes.length;
    this.#firstSeq ??= firstSeq;
  }

  /** What somebody else did to the file since; undefined: nothing. */
  async foreignChange(): Promise<string | undefined> {
    const { nlink, size } = await this.#file.stat();
    if (nlink === 0) return `${currentName} was removed while the gateway ran`;
    if (size < this.#bytes) return `${currentName} was cut from ${this.#bytes} to ${size} bytes while the gateway ran`;
    return size > this.#bytes ? `${currentName} was written by somebody else while the gateway ran` : undefined;
  }

  /** Closes it and gives it the name of an older one. Undefined: it is empty. */
  async roll(): Promise<string | undefined> {
    await this.close();
    if (this.#firstSeq === undefined) return undefined;
    const name = rolledName(this.#firstSeq);
    await rename(join(this.#folder, currentName), join(this.#folder, name));
    await syncFolder(this.#folder);
    return name;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, null)).bytesWritten;
}

async function setAside(folder: string, file: FileHandle, { torn, wholeBytes }: ChainEnd): Promise<void> {
  // On a disk without room the piece is lost: what counts is that the next row begins on a line of its own.
  await appendFile(join(folder, tornName), Buffer.concat([torn, Buffer.from('\n')]), {
    mode: ownerOnly,
    flush: true,
  }).catch(() => undefined);
  await file.truncate(wholeBytes);
  await file.datasync();
}
