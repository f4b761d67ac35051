import { open } from 'node:fs/promises';

/** More than LMDB's table of readers takes. */
const lockFileBytes = 16_384;

/**
 * LMDB maps its lock file; on a full disk touching a page that is not allocated yet would end the process with SIGBUS. Written out
 * beforehand, a full disk is an error like any other.
 */
export async function allocateLockFile(databasePath: string): Promise<void> {
  const handle = await open(`${databasePath}-lock`, 'a', 0o600);
  try {
    const missing = lockFileBytes - (await handle.stat()).size;
    if (missing > 0) await handle.appendFile(Buffer.alloc(missing));
    await handle.sync();
  } finally {
    await handle.close();
  }
}
