import { openRecord } from '../lmdb/checked-record.js';
import { copyProof } from '../lmdb/copy-proof.js';
import { NewerFormat, type DatabaseProof } from '../lmdb/run-proof.js';
import { splitKey } from './state-record.js';

/** A record under this key says the format; there is none as long as it is the first. */
export const formatKey = Buffer.from('format');

/** The check of `state.mdb`: a record that is not what was written is left out, and named. */
export const stateProof: DatabaseProof = copyProof({
  checkFormat: (source) => {
    const stored = source.getBinary(formatKey);
    const format = stored && openRecord(formatKey, stored);
    if (format) throw new NewerFormat(Number(format.toString()));
  },
  isSound: (key, stored) => openRecord(key, stored) !== undefined,
  nameOf: (key) => splitKey(key).join(' '),
});
