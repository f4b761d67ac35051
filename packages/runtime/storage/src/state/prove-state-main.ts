import { runProof } from '../lmdb/run-proof.js';
import { stateProof } from './rebuild-state.js';

await runProof(stateProof);
