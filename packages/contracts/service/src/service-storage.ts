import { createHash } from 'node:crypto';

/** Small durable state of this service, kept in `state.mdb` under its own name (SPEC §16.5). */
export interface ServiceStorage {
  /** A named table; the same name gives the same records over restarts. */
  table(name: string): Promise<ServiceTable>;
}

/** Keys are short texts (≤ 500 bytes), values anything that `structuredClone` copies, up to 1 MiB. */
export interface ServiceTable {
  get(key: string): Promise<unknown>;
  entries(): Promise<readonly (readonly [key: string, value: unknown])[]>;
  /** On disk at most 250 ms later; `settled` waits for that. */
  put(key: string, value: unknown): void;
  delete(key: string): void;
  /** Everything put or deleted so far is on disk. Rejects with kind `unreachable` when the disk refuses. */
  settled(): Promise<void>;
}

/** Bytes; a path has up to 519. */
const longestPlainKey = 400;

/** The key of the record of a tag: its path, or what stands for a long one. */
export function recordKeyOf(path: string): string {
  if (path.length <= longestPlainKey) return path;
  return `sha256:${createHash('sha256').update(path).digest('hex')}`;
}
