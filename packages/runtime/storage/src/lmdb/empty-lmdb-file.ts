import { dataVersion, header, magic, meta, noPage, pageFlags } from './lmdb-layout.js';

/** MDB_NOSUBDIR and MDB_INTEGERKEY: what LMDB itself puts there for a database that is one file. */
const environmentFlags = 0x4008;

/**
 * What LMDB writes when it opens a file that is not there yet: two meta pages. lmdb 3.5 uses memory that it has freed when the disk has no room
 * for them, and takes the process with it; in a file that has them it writes nothing before the first transaction.
 */
export function emptyLmdbFile(pageBytes: number, mapBytes: number): Buffer {
  const bytes = Buffer.alloc(2 * pageBytes);
  for (const page of [0, 1]) writeMeta(bytes.subarray(page * pageBytes), { page, pageBytes, mapBytes });
  return bytes;
}

function writeMeta(
  at: Buffer,
  { page, pageBytes, mapBytes }: { page: number; pageBytes: number; mapBytes: number },
): void {
  at.writeBigUInt64LE(BigInt(page), header.page);
  at.writeUInt16LE(pageFlags.meta, header.flags);
  at.writeUInt32LE(magic, meta.magic);
  at.writeUInt32LE(dataVersion, meta.version);
  at.writeBigUInt64LE(BigInt(mapBytes), meta.mapBytes);
  at.writeUInt32LE(pageBytes, meta.pageBytes);
  at.writeUInt16LE(environmentFlags, meta.flags);
  at.writeBigUInt64LE(noPage, meta.freeRoot);
  at.writeBigUInt64LE(noPage, meta.root);
  at.writeBigUInt64LE(1n, meta.lastPage);
}
