import type { PlantDocument } from '@fieldwarden/config';

/** What goes into one sealed snapshot (SPEC §7.3). */
export interface SealedGeneration {
  readonly site: string;
  readonly generation: number;
  /** ms since 1970 UTC. */
  readonly publishedAtMs: number;
  readonly author: string;
  readonly message: string;
  /** `documentDigest` of the document. */
  readonly sha256: string;
  readonly drivers: number;
  readonly tags: number;
  readonly rollbackOf: number | null;
  /** As written: secrets are references. */
  readonly document: PlantDocument;
}
