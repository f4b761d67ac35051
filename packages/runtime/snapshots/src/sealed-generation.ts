/** What goes into one sealed snapshot (SPEC §7.3). */
export type { Generation as SealedGeneration } from '@fieldwarden/config';
