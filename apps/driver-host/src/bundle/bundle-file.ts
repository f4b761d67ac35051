import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the folder of the bundle, written last. */
export const bundleFile = 'bundle.json';

/** What `tools/bundle-hosts.mjs` says of the bundle that it made. Paths are relative to the root of the tree. */
export interface BundleFile {
  /** From the module of a driver's definition to the script, in the folder of the bundle, that a Host loads instead. */
  readonly entries: Readonly<Record<string, string>>;
  /** Every module that went in. */
  readonly inputs: readonly string[];
  /** Of their contents: times do not survive archives and images. */
  readonly hash: string;
}

/** Throws when one of them is not there. */
export function contentHash(root: string, inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs)
    hash
      .update(`${input}\0`)
      .update(readFileSync(join(root, input)))
      .update('\0');
  return hash.digest('hex');
}
