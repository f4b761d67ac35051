import { createHash } from 'node:crypto';
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
  /** What text it was published from; undefined for plain values, and for what older versions published. */
  readonly source?: PublishedSource;
}

/** Which text a generation was published from. */
export interface PublishedSource {
  /** Of the text as it came, hexadecimal: `textDigest`. */
  readonly sha256: string;
  /** Absolute path of the plant file that it was; null for a text that came otherwise. */
  readonly file: string | null;
}

export interface Generation extends GenerationSummary {
  /** As written: secrets are references. */
  readonly document: PlantDocument;
  /** The document with its comments, order and notation: YAML or JSON. Undefined where none was kept. */
  readonly text?: string;
}

/** What identifies a text as it came. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function summaryOf({ document: _document, text: _text, ...summary }: Generation): GenerationSummary {
  return summary;
}
