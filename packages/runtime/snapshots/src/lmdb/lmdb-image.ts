import {
  dataVersion,
  header,
  magic,
  meta,
  node,
  nodeFlags,
  nodeHeaderBytes,
  noPage,
  pageFlags,
  pageHeaderBytes,
} from '@fieldwarden/storage/lmdb-layout';

/**
 * The key-value pairs of an LMDB file that stands whole in memory: main database, no duplicates. Why not LMDB itself: ADR 0022. Keys are taken
 * as latin1 text; values are views of `bytes`. Throws on anything that is not such a file, and always comes to an end.
 */
export function readLmdbImage(bytes: Buffer): Map<string, Buffer> {
  const { pageBytes, root } = newestMeta(bytes);
  const image: Image = { bytes, pageBytes, seen: new Set(), entries: new Map() };
  if (root !== noPage) readTree(image, Number(root));
  return image.entries;
}

interface Image {
  readonly bytes: Buffer;
  readonly pageBytes: number;
  /** No page belongs to a tree twice: a file that says otherwise would keep us for ever. */
  readonly seen: Set<number>;
  readonly entries: Map<string, Buffer>;
}

interface Meta {
  readonly pageBytes: number;
  readonly transaction: bigint;
  readonly root: bigint;
}

/** Two meta pages take turns; the one with the higher transaction holds. */
function newestMeta(bytes: Buffer): Meta {
  const first = readMeta(bytes, 0);
  const second = readMeta(bytes, first.pageBytes);
  return second.transaction > first.transaction ? second : first;
}

function readMeta(bytes: Buffer, offset: number): Meta {
  const version = bytes.readUInt32LE(offset + meta.version) & 0xffff;
  if (bytes.readUInt32LE(offset + meta.magic) !== magic || version !== dataVersion)
    throw new Error(`no LMDB file of data format ${dataVersion}`);
  return {
    pageBytes: bytes.readUInt32LE(offset + meta.pageBytes),
    transaction: bytes.readBigUInt64LE(offset + meta.transaction),
    root: bytes.readBigUInt64LE(offset + meta.root),
  };
}

function readTree(image: Image, page: number): void {
  if (image.seen.has(page)) throw new Error(`page ${page} is used twice`);
  image.seen.add(page);
  const offset = page * image.pageBytes;
  const kind = image.bytes.readUInt16LE(offset + header.flags) & (pageFlags.branch | pageFlags.leaf);
  if (kind !== pageFlags.branch && kind !== pageFlags.leaf) throw new Error(`page ${page} is of no known kind`);
  for (const at of nodesOf(image, offset)) {
    if (kind === pageFlags.branch) readTree(image, childPage(image.bytes, at));
    else readLeaf(image, at);
  }
}

/** Where the nodes of a page stand in the file. Places in a page count from the end of its header. */
function nodesOf({ bytes }: Image, offset: number): number[] {
  const count = bytes.readUInt16LE(offset + header.indexEnd) >> 1;
  const place = (index: number): number => bytes.readUInt16LE(offset + pageHeaderBytes + 2 * index);
  return Array.from({ length: count }, (_, index) => offset + pageHeaderBytes + place(index));
}

/** 48 bits: the low 32 in the size, the rest in the flags. */
function childPage(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + node.size) + bytes.readUInt16LE(at + node.flags) * 2 ** 32;
}

function readLeaf({ bytes, pageBytes, entries }: Image, at: number): void {
  const flags = bytes.readUInt16LE(at + node.flags);
  const keyBytes = bytes.readUInt16LE(at + node.keyBytes);
  const key = slice(bytes, at + nodeHeaderBytes, keyBytes).toString('latin1');
  const inline = at + nodeHeaderBytes + keyBytes;
  if (flags !== 0 && flags !== nodeFlags.overflow) throw new Error(`the value of ${key} is of no known kind`);
  const start =
    flags === nodeFlags.overflow ? Number(bytes.readBigUInt64LE(inline)) * pageBytes + pageHeaderBytes : inline;
  entries.set(key, slice(bytes, start, bytes.readUInt32LE(at + node.size)));
}

function slice(bytes: Buffer, start: number, length: number): Buffer {
  if (start + length > bytes.length) throw new Error('the file ends before its content');
  return bytes.subarray(start, start + length);
}
