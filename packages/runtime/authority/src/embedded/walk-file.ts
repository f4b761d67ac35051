import { createDatabase, DatabaseFlaw, lmdbOptions, NewerFormat, type DatabaseProof } from '@fieldwarden/storage/lmdb';
import { open, type Database, type RootDatabase } from 'lmdb';
import {
  decodeRecord,
  encodeRecord,
  fileFormat,
  nameOf,
  type FormatRecord,
  type RecordKey,
  type RecordOf,
} from './records.js';

/** A transaction keeps what it writes in memory. */
const transactionBytes = 8 << 20;

type RecordStore = Database<Buffer, RecordKey>;

/** The check of the authority's file: one record that is not what was written refuses all of it. */
export const authorityProof: DatabaseProof = {
  rebuild: async (from, to) => {
    const source = open<Buffer, RecordKey>({ path: from, readOnly: true, ...lmdbOptions });
    checkFormat(source);
    await createDatabase(to);
    // Whoever puts the file in place syncs it.
    const target = open<Buffer, RecordKey>({ path: to, noSync: true, ...lmdbOptions });
    copyRecords(source, target);
    checkFile(target);
    await target.close();
    await source.close();
    return '';
  },
  checkInPlace: async (path) => {
    const source = open<Buffer, RecordKey>({ path, readOnly: true, ...lmdbOptions });
    checkFile(source);
    await source.close();
    return '';
  },
};

/** Synchronously: a transaction of lmdb that fails asynchronously raises a second rejection, which would end this process. */
function copyRecords(source: RecordStore, target: RootDatabase<Buffer, RecordKey>): void {
  const keys = source.getKeys({})[Symbol.iterator]();
  while (target.transactionSync(() => copySome(source, target, keys)));
  // The second commit, see AuthorityFile.commit.
  target.putSync('format', encodeRecord('format', contentOf(source, 'format')));
}

/** False when there are no more. */
function copySome(source: RecordStore, target: RecordStore, keys: Iterator<RecordKey>): boolean {
  for (let bytes = 0; bytes < transactionBytes;) {
    const next = keys.next();
    if (next.done) return false;
    const record = encodeRecord(next.value, contentOf(source, next.value));
    target.putSync(next.value, record);
    bytes += record.length;
  }
  return true;
}

function checkFormat(db: RecordStore): FormatRecord {
  const format = json(db, 'format');
  if (format.format > fileFormat) throw new NewerFormat(format.format);
  return format;
}

function checkFile(db: RecordStore): void {
  const { sites } = checkFormat(db);
  for (const key of db.getKeys({})) contentOf(db, key);
  for (const site of sites) checkSite(db, site);
}

function checkSite(db: RecordStore, site: string): void {
  const { newest, generations, lastAudit, draft } = json(db, ['site', site]);
  const numbers = numbersOf(db, 'generation', site);
  expectSame(`generations of site ${site}`, numbers.length, generations);
  expectSame(`newest generation of site ${site}`, numbers.at(-1) ?? null, newest);
  expectSame(`audit rows of site ${site}`, numbersOf(db, 'audit', site).length, lastAudit);
  for (const number of numbers) contentOf(db, ['document', site, number]);
  if (draft.edited) contentOf(db, ['draft', site]);
}

function numbersOf(db: RecordStore, kind: 'generation' | 'audit', site: string): readonly number[] {
  return [...db.getKeys({ start: [kind, site, 0], end: [kind, site, Infinity] })].map((key) => Number(key[2]));
}

function json<K extends RecordKey>(db: RecordStore, key: K): RecordOf<K> {
  return JSON.parse(contentOf(db, key).toString('utf8')) as RecordOf<K>;
}

function contentOf(db: RecordStore, key: RecordKey): Buffer {
  const stored = db.getBinary(key);
  if (stored === undefined) throw new DatabaseFlaw(`record ${nameOf(key)} is missing`);
  const content = decodeRecord(key, stored);
  if (content === undefined) throw new DatabaseFlaw(`record ${nameOf(key)} is not what was written`);
  return content;
}

function expectSame(what: string, found: number | null, counted: number | null): void {
  if (found !== counted) throw new DatabaseFlaw(`${what}: ${String(counted)} by its own count, ${String(found)} found`);
}
