export type { SealedGeneration } from './sealed-generation.js';
