import type { Generation, PublishCommand } from '@fieldwarden/authority';
import type { CheckedText } from './ports.js';

/** A file as somebody else read it: what is published may name absolutely what the file names beside itself. */
export interface PublishedFile {
  /** Absolute. */
  readonly path: string;
  /** `textDigest` of its text. */
  readonly sha256: string;
}

/** What a generation keeps of the text that it was published from. */
export type Written = Pick<PublishCommand, 'text' | 'source'>;

export function writtenAs({ text, sha256 }: CheckedText, file: PublishedFile | undefined): Written {
  return { text, source: { sha256: file?.sha256 ?? sha256, file: file?.path ?? null } };
}

/** Of an earlier generation that is brought back: its text, but not its file, which is as it was. */
export function writtenBefore({ text, source }: Generation): Written {
  return { ...(text !== undefined && { text }), ...(source && { source: { ...source, file: null } }) };
}
