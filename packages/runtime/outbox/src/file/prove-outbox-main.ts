import { runProof } from '@fieldwarden/storage/lmdb';
import { outboxProof } from './outbox-proof.js';

await runProof(outboxProof);
