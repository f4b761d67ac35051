import { runProof } from '@fieldwarden/storage/lmdb';
import { journalProof } from './journal-proof.js';

await runProof(journalProof);
