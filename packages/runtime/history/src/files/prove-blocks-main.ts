import { runProof } from '@fieldwarden/storage/lmdb';
import { blockProof } from './block-proof.js';

await runProof(blockProof);
