import { open } from 'node:fs/promises';
import type { AuditEntry } from '@fieldwarden/gateway-contract';
import { rowOf } from './chain/audit-row.js';
import { linesBackward } from './files/read-lines.js';
import { segmentsOf, type Segment } from './files/segments.js';
import { ownEntry } from './own-entry.js';

export interface Retention {
  /** A file that is larger gets a name of its own, and the next one begins. */
  readonly segmentBytes: number;
  /** Older files beside the current one. */
  readonly maxSegments: number;
  /** Of the newest row of an older file. */
  readonly maxAgeMs: number;
}

const dayMs = 86_400_000;

/** 1 GiB in all, about two million rows, and three years. */
export const retention: Retention = { segmentBytes: 64 << 20, maxSegments: 15, maxAgeMs: 1_095 * dayMs };

/** A file that is to go, and the row that says so: with the hash by which the chain behind it begins. */
export interface KeptNoLonger {
  readonly name: string;
  readonly entry: AuditEntry;
}

/** The oldest files, as far as nothing newer than them is to stay. */
export async function keptNoLonger(
  folder: string,
  nowMs: number,
  { maxSegments, maxAgeMs }: Retention,
): Promise<readonly KeptNoLonger[]> {
  const rolled = (await segmentsOf(folder)).filter(({ firstSeq }) => firstSeq !== null);
  const gone: KeptNoLonger[] = [];
  for (const [i, segment] of rolled.entries()) {
    const last = await lastRowOf(segment);
    if (!last) return gone; // a damaged file stays for whoever looks into it
    const isTooMany = rolled.length - i > maxSegments;
    const isTooOld = nowMs - Date.parse(last.at) > maxAgeMs;
    if (!isTooMany && !isTooOld) return gone;
    const reason = isTooMany ? `more than ${maxSegments} files` : `older than ${Math.round(maxAgeMs / dayMs)} days`;
    const before = { firstSeq: segment.firstSeq, lastSeq: last.seq, lastHash: last.hash, lastAt: last.at };
    const entry = ownEntry({ action: 'audit', subject: segment.name, before, outcome: 'done', reason: `removed: ${reason}` }); // prettier-ignore
    gone.push({ name: segment.name, entry });
  }
  return gone;
}

async function lastRowOf({ path }: Segment): Promise<ReturnType<typeof rowOf>> {
  const file = await open(path, 'r');
  try {
    for await (const lines of linesBackward(file, (await file.stat()).size)) {
      const line = lines.at(0)?.line;
      if (line) return rowOf(line);
    }
    return undefined;
  } finally {
    await file.close();
  }
}
