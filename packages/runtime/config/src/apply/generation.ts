import type { PlantDocument } from '../document/plant-document.js';

/** One published configuration of a site, without its document (SPEC §7.2). */
export interface GenerationSummary {
  readonly site: string;
  /** Counted from 1 per site. */
  readonly generation: number;
  /** ms since 1970 UTC. */
  readonly publishedAtMs: number;
  readonly author: string;
  readonly message: string;
  /** `documentDigest` of the document. */
  readonly sha256: string;
  readonly drivers: number;
  readonly tags: number;
  /** The generation whose content this one brought back; null for any other publish. */
  readonly rollbackOf: number | null;
}

export interface Generation extends GenerationSummary {
  /** As written: secrets are references. */
  readonly document: PlantDocument;
}

export function summaryOf({ document: _document, ...summary }: Generation): GenerationSummary {
  return summary;
}
