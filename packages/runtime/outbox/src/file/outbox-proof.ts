import { copyProof, NewerFormat, type DatabaseProof } from '@fieldwarden/storage/lmdb';
import { nameOfKey, readKey, recordKinds, writeKey } from '../records/record-key.js';
import { isSound } from '../records/sealed-record.js';
import { decodeText } from '../records/topic-record.js';

/** A record under this key says the format; there is none as long as it is the first. */
export const formatKey = writeKey(recordKinds.format, 0, 0);

/** The check of `outbox.mdb`: a record that is not what was written is left out. Whoever opens the file sets the counters right. */
export const outboxProof: DatabaseProof = copyProof({
  checkFormat: (source) => {
    const stored = source.getBinary(formatKey);
    if (stored && isSound(formatKey, stored)) throw new NewerFormat(Number(decodeText(stored)));
  },
  isSound: (key, stored) => readKey(key) !== undefined && isSound(key, stored),
  nameOf: nameOfKey,
});
