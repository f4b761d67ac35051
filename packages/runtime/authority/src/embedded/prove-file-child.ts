import { runProof } from '@fieldwarden/storage/lmdb';
import { authorityProof } from './walk-file.js';

await runProof(authorityProof);
