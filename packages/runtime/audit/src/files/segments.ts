import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The file that rows are appended to; in the home directory, as all of these. */
export const currentName = 'audit.log';

/** A file of the audit. Older ones have the number of their first row in their name. */
export interface Segment {
  readonly name: string;
  readonly path: string;
  /** Null: the current one, whose first row is to be looked up. */
  readonly firstSeq: number | null;
}

export function rolledName(firstSeq: number): string {
  return `audit-${firstSeq}.log`;
}

/** All files of the audit in this folder, oldest first. Without any: empty. */
export async function segmentsOf(folder: string): Promise<readonly Segment[]> {
  const names = await readdir(folder);
  const rolled = names.flatMap((name) => {
    const firstSeq = /^audit-([1-9]\d{0,15})\.log$/.exec(name)?.[1];
    return firstSeq === undefined ? [] : [{ name, path: join(folder, name), firstSeq: Number(firstSeq) }];
  });
  rolled.sort((a, b) => a.firstSeq - b.firstSeq);
  const current = names.includes(currentName) ? [{ name: currentName, path: join(folder, currentName), firstSeq: null }] : []; // prettier-ignore
  return [...rolled, ...current];
}
