/**
 * The key-value pairs of an LMDB file that stands whole in memory: main database, no duplicates, data format 2 as lmdb 3.5 writes it on
 * 64-bit little-endian machines (its mdb.c: MDB_meta, MDB_page_header, MDB_node). Why not LMDB itself: see ADR 0022. Keys are taken as latin1
 * text; values are views of `bytes`. Throws on anything that is not such a file, and always comes to an end.
 */
export function readLmdbImage(bytes: Buffer): Map<string, Buffer> {
  const { pageSize, root } = newestMeta(bytes);
  const image: Image = { bytes, pageSize, seen: new Set(), entries: new Map() };
  if (root !== noPage) readTree(image, Number(root));
  return image.entries;
}

interface Image {
  readonly bytes: Buffer;
  readonly pageSize: number;
  /** No page belongs to a tree twice: a file that says otherwise would keep us for ever. */
  readonly seen: Set<number>;
  readonly entries: Map<string, Buffer>;
}

interface Meta {
  readonly pageSize: number;
  readonly transaction: bigint;
  readonly root: bigint;
}

const magic = 0xbeefc0de;
const dataVersion = 2;
const noPage = 0xffff_ffff_ffff_ffffn;

const pageHeaderBytes = 24;
const nodeHeaderBytes = 8;
const branchPage = 0x01;
const leafPage = 0x02;
const valueOnOverflowPages = 0x01;

/** Where things stand in a meta page, page header included. */
const meta = { magic: 24, version: 28, pageSize: 48, root: 136, transaction: 152 } as const;

/** Two meta pages take turns; the one with the higher transaction holds. */
function newestMeta(bytes: Buffer): Meta {
  const first = readMeta(bytes, 0);
  const second = readMeta(bytes, first.pageSize);
  return second.transaction > first.transaction ? second : first;
}

function readMeta(bytes: Buffer, offset: number): Meta {
  const version = bytes.readUInt32LE(offset + meta.version) & 0xffff;
  if (bytes.readUInt32LE(offset + meta.magic) !== magic || version !== dataVersion)
    throw new Error(`no LMDB file of data format ${dataVersion}`);
  return {
    pageSize: bytes.readUInt32LE(offset + meta.pageSize),
    transaction: bytes.readBigUInt64LE(offset + meta.transaction),
    root: bytes.readBigUInt64LE(offset + meta.root),
  };
}

function readTree(image: Image, page: number): void {
  if (image.seen.has(page)) throw new Error(`page ${page} is used twice`);
  image.seen.add(page);
  const offset = page * image.pageSize;
  const kind = image.bytes.readUInt16LE(offset + 18) & (branchPage | leafPage);
  if (kind !== branchPage && kind !== leafPage) throw new Error(`page ${page} is of no known kind`);
  for (const node of nodesOf(image, offset)) {
    if (kind === branchPage) readTree(image, childPage(image.bytes, node));
    else readLeaf(image, node);
  }
}

function nodesOf({ bytes }: Image, offset: number): number[] {
  const count = bytes.readUInt16LE(offset + 20) >> 1;
  const place = (index: number): number => bytes.readUInt16LE(offset + pageHeaderBytes + 2 * index);
  return Array.from({ length: count }, (_, index) => offset + pageHeaderBytes + place(index));
}

/** 48 bits: the low 32 in the size field, the rest in the flags. */
function childPage(bytes: Buffer, node: number): number {
  return bytes.readUInt32LE(node) + bytes.readUInt16LE(node + 4) * 2 ** 32;
}

function readLeaf({ bytes, pageSize, entries }: Image, node: number): void {
  const valueBytes = bytes.readUInt32LE(node);
  const flags = bytes.readUInt16LE(node + 4);
  const keyBytes = bytes.readUInt16LE(node + 6);
  const key = slice(bytes, node + nodeHeaderBytes, keyBytes).toString('latin1');
  const inline = node + nodeHeaderBytes + keyBytes;
  const start =
    flags === valueOnOverflowPages ? Number(bytes.readBigUInt64LE(inline)) * pageSize + pageHeaderBytes : inline;
  if (flags !== 0 && flags !== valueOnOverflowPages) throw new Error(`the value of ${key} is of no known kind`);
  entries.set(key, slice(bytes, start, valueBytes));
}

function slice(bytes: Buffer, start: number, length: number): Buffer {
  if (start + length > bytes.length) throw new Error('the file ends before its content');
  return bytes.subarray(start, start + length);
}
