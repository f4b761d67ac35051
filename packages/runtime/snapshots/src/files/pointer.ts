import { createHash } from 'node:crypto';
import { snapshotError } from '../snapshot-errors.js';

/** What `CURRENT` says: which generation is served, and the SHA-256 of its manifest, hexadecimal. */
export interface Pointer {
  readonly generation: number;
  readonly manifestSha256: string;
}

/** Longer ones are damaged, whatever they say. */
export const maxPointerBytes = 256;

const layout = /^([1-9][0-9]{0,14}) ([0-9a-f]{64}) ([0-9a-f]{64})\n$/;

/** One line: generation, digest of the manifest, digest of these two as they stand in the line. */
export function encodePointer({ generation, manifestSha256 }: Pointer): string {
  const said = `${generation} ${manifestSha256}`;
  return `${said} ${digest(said)}\n`;
}

/** Throws SNAPSHOT_POINTER_DAMAGED unless every byte is as `encodePointer` wrote it. */
export function parsePointer(bytes: Buffer, path: string): Pointer {
  const match = layout.exec(bytes.toString('latin1'));
  if (!match || digest(`${match[1]} ${match[2]}`) !== match[3])
    throw snapshotError('SNAPSHOT_POINTER_DAMAGED', `${path}, which names the current generation, is damaged`);
  return { generation: Number(match[1]), manifestSha256: match[2] };
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}
