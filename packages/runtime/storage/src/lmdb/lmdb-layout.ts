/** Data format 2 of LMDB as lmdb 3.5 writes it on 64-bit little-endian machines (its mdb.c: MDB_page_header, MDB_meta, MDB_db, MDB_node). */
export const magic = 0xbeefc0de;
export const dataVersion = 2;

/** A root that is no page: nothing is stored. */
export const noPage = 0xffff_ffff_ffff_ffffn;

export const pageHeaderBytes = 24;
export const nodeHeaderBytes = 8;

/** Places within a page's header. */
export const header = { page: 0, flags: 18, indexEnd: 20 } as const;

export const pageFlags = { branch: 0x01, leaf: 0x02, meta: 0x08 } as const;

/** Places within a meta page, its header included. */
export const meta = {
  magic: 24,
  version: 28,
  mapBytes: 40,
  pageBytes: 48,
  flags: 52,
  freeRoot: 88,
  root: 136,
  lastPage: 144,
  transaction: 152,
} as const;

/** Places within a node. The size's high part and the flags are part of the page number in a branch. */
export const node = { size: 0, flags: 4, keyBytes: 6 } as const;

export const nodeFlags = { overflow: 0x01 } as const;
