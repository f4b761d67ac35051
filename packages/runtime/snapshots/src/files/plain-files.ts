import { constants } from 'node:fs';
import { open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import { messageOf, type GatewayError } from '@fieldwarden/core';
import { snapshotError } from '../snapshot-errors.js';

/**
 * Runs `use` on a regular file opened for reading; undefined when there is no such file. A symbolic link, folder, pipe or device in its place
 * is refused (SNAPSHOT_NOT_A_FILE), as is what may not or cannot be read (SNAPSHOT_NOT_READABLE).
 */
export async function withPlainFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  const file = await openPlain(path);
  if (!file) return undefined;
  try {
    if (!(await file.stat()).isFile()) throw notAFile(path);
    return await use(file);
  } catch (error) {
    throw readError(path, error);
  } finally {
    await file.close();
  }
}

/** Non-blocking: opening a pipe would wait for its other end. */
async function openPlain(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw readError(path, error);
  }
}

function readError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  // Linux and BSD say ELOOP and EMLINK for a link under O_NOFOLLOW; ENXIO is a socket.
  if (code === 'ELOOP' || code === 'EMLINK' || code === 'EISDIR' || code === 'ENXIO') return notAFile(path, error);
  if (code === 'EACCES' || code === 'EPERM')
    return snapshotError(
      'SNAPSHOT_NOT_READABLE',
      `${path} may not be read by the user that the gateway runs as`,
      error,
    );
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? notReadable(path, error) : error;
}

/** For whatever the system says of a file or folder that is there. */
export function notReadable(path: string, cause: unknown): GatewayError {
  return snapshotError('SNAPSHOT_NOT_READABLE', `${path} cannot be read (${messageOf(cause)})`, cause);
}

/** Names in a folder; empty when there is no such folder. Rejects with SNAPSHOT_NOT_READABLE. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw notReadable(directory, error);
  }
}

function notAFile(path: string, cause?: unknown): Error {
  return snapshotError(
    'SNAPSHOT_NOT_A_FILE',
    `${path} is a symbolic link or no regular file, which is never served`,
    cause,
  );
}

/** All bytes of a small file; `max + 1` of a larger one. */
export async function readSmallFile(path: string, max: number): Promise<Buffer | undefined> {
  return withPlainFile(path, async (file) => {
    const buffer = Buffer.alloc(max + 1);
    return buffer.subarray(0, await fill(file, buffer, () => undefined));
  });
}

/** Reads until `buffer` is full or the file ends; returns the number of bytes. `onChunk` sees each as it comes. */
export async function fill(file: FileHandle, buffer: Buffer, onChunk: (chunk: Buffer) => void): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, Math.min(chunkBytes, buffer.length - length), length);
    if (bytesRead === 0) break;
    onChunk(buffer.subarray(length, length + bytesRead));
    length += bytesRead;
  }
  return length;
}

const chunkBytes = 2 ** 20;

/** Mode before flush, so that both are on disk. */
export async function sealFile(path: string, mode: number): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Of a link, the link itself. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
