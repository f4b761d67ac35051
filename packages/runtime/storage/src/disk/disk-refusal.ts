/** What a disk says that takes nothing: full, over its quota, read-only, or broken. */
export type DiskRefusal = 'full' | 'read-only' | 'broken';

const byCode: Readonly<Record<string, DiskRefusal>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EIO: 'broken',
};

/** Undefined for an error that says nothing about the disk: missing rights and a wrong path are somebody's mistake. Looks at causes, too. */
export function diskRefusal(error: unknown): DiskRefusal | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const refusal = byCode[String((at as NodeJS.ErrnoException).code)] ?? lmdbRefusal(at.message);
    if (refusal) return refusal;
  }
  return undefined;
}

/** LMDB puts the system's words into its message, and a number into `code`. */
function lmdbRefusal(message: string): DiskRefusal | undefined {
  if (/no space left|disk quota exceeded|\bENOSPC\b/i.test(message)) return 'full';
  if (/read-only file system|\bEROFS\b/i.test(message)) return 'read-only';
  return undefined;
}
