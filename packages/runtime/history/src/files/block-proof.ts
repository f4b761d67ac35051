import { type DatabaseProof, DatabaseFlaw, NewerFormat, openRecord, recordOptions } from '@fieldwarden/storage/lmdb';
import { formatKey, readBlockKey, recordKinds } from '../records/record-key.js';
import { blockFormat } from './month-file.js';
import { stat } from 'node:fs/promises';

/** How long the tree is walked: a month may have many gigabytes, and each block is checked again when it is read. */
const walkMs = 20_000;

/** Goes through the keys of a month: what would end a process that opens it ends this one. Nothing is copied. */
export const blockProof: DatabaseProof = {
  rebuild: () => Promise.reject(new Error('a month is too large to be copied')),
  checkInPlace: async (path) => {
    if ((await stat(path)).size === 0) throw new DatabaseFlaw('it is empty');
    const { open } = await import('lmdb');
    const source = open<Buffer, Buffer>({ path, readOnly: true, ...recordOptions });
    const stored = source.getBinary(formatKey);
    if (stored) {
      const format = Number(openRecord(formatKey, stored)?.toString());
      if (format > blockFormat) throw new NewerFormat(format);
    }
    const until = performance.now() + walkMs;
    let odd = 0;
    for (const { key, value } of source.getRange({ snapshot: false })) {
      const isKnown = key[0] === recordKinds.block ? readBlockKey(key) !== undefined : key[0] <= recordKinds.facts;
      if (!isKnown || value.length < 8) odd += 1;
      if (performance.now() > until) break;
    }
    await source.close();
    return odd === 0 ? '' : `${odd} ${odd === 1 ? 'record' : 'records'}`;
  },
};
