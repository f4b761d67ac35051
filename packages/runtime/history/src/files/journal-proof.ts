import { copyProof, NewerFormat, openRecord } from '@fieldwarden/storage/lmdb';
import { formatKey } from '../records/record-key.js';
import { journalFormat } from './journal-file.js';

/** The journal is small: what is sound of it is copied, the rest named. */
export const journalProof = copyProof({
  checkFormat: (source) => {
    const stored = source.getBinary(formatKey);
    const format = stored && Number(openRecord(formatKey, stored)?.toString());
    if (format !== undefined && format > journalFormat) throw new NewerFormat(format);
  },
  isSound: (key, stored) => openRecord(key, stored) !== undefined,
  nameOf: (key) => key.toString('hex'),
});
