import { createHash } from 'node:crypto';
import { snapshotError } from '../snapshot-errors.js';

/** Of manifests and of what lies in a snapshot. A gateway refuses newer ones than its own. */
export const schemaVersion = 1;

/** `<generation>.json`: what is known of a sealed snapshot before its file is touched. */
export interface SnapshotManifest {
  readonly schemaVersion: number;
  readonly site: string;
  readonly generation: number;
  /** ISO-8601, UTC, with milliseconds. */
  readonly publishedAt: string;
  readonly author: string;
  readonly message: string;
  /** The generation whose content this one brought back; null for any other publish. */
  readonly rollbackOf: number | null;
  /** Of the text that it was published from, hexadecimal; null for plain values, and in manifests of older versions. */
  readonly sourceSha256: string | null;
  /** Plant file that this text was; null for any other. */
  readonly sourceFile: string | null;
  /** `documentDigest` of the plant document, hexadecimal. */
  readonly documentSha256: string;
  /** Of `<generation>.mdb`, bytes. */
  readonly fileLength: number;
  /** Of `<generation>.mdb`, hexadecimal. */
  readonly fileSha256: string;
  readonly drivers: number;
  readonly tags: number;
  /** Which product sealed it: `fieldwarden 0.1.0`. */
  readonly product: string;
}

/** Author and message are the only texts without a bound of their own; nobody types a megabyte. */
export const maxManifestBytes = 2 ** 20;

const checksumStart = ',\n  "checksum": "';
const checksumEnd = '"\n}\n';
const checksumLength = 64;

/**
 * JSON whose last member is the SHA-256 of every byte before that member. What a checksum covers is the same in every schema version, so
 * that a damaged manifest is told from a newer one.
 */
export function encodeManifest(manifest: SnapshotManifest): Buffer {
  const body = JSON.stringify(inOrder(manifest), null, 2).slice(0, -2);
  return Buffer.from(`${body}${checksumStart}${digest(Buffer.from(body))}${checksumEnd}`);
}

/** The members as they stand in the file, whatever order the caller's object has. */
function inOrder(manifest: SnapshotManifest): SnapshotManifest {
  const { site, generation, publishedAt, author, message, rollbackOf } = manifest;
  const { documentSha256, fileLength, fileSha256, drivers, tags, product } = manifest;
  const { sourceSha256 = null, sourceFile = null } = manifest as Partial<SnapshotManifest>;
  const origin = { schemaVersion: manifest.schemaVersion, site, generation, publishedAt, author, message, rollbackOf };
  const source = { sourceSha256, sourceFile };
  return { ...origin, ...source, documentSha256, fileLength, fileSha256, drivers, tags, product };
}

/** Throws SNAPSHOT_MANIFEST_DAMAGED unless every byte is as it was written, SNAPSHOT_SCHEMA_NEWER if a newer product wrote it. */
export function parseManifest(bytes: Buffer, path: string): SnapshotManifest {
  const body = checkedBody(bytes);
  const manifest = body === undefined ? undefined : parseObject(`${body.toString('utf8')}\n}`);
  if (manifest === undefined) throw damaged(path);
  if (isNewer(manifest.schemaVersion)) throw newer(path, manifest);
  if (!isManifest(manifest)) throw damaged(path);
  return inOrder(manifest);
}

/** Everything before the checksum; undefined when the checksum is not that of these bytes, or not where it belongs. */
function checkedBody(bytes: Buffer): Buffer | undefined {
  const start = bytes.length - checksumStart.length - checksumLength - checksumEnd.length;
  if (start < 0) return undefined;
  const body = bytes.subarray(0, start);
  const tail = Buffer.from(`${checksumStart}${digest(body)}${checksumEnd}`);
  return tail.equals(bytes.subarray(start)) ? body : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

type MemberCheck = (value: unknown) => boolean;

const isCount: MemberCheck = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isGeneration: MemberCheck = (value) => isCount(value) && value !== 0;
const isText: MemberCheck = (value) => typeof value === 'string';
const isSha256: MemberCheck = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isTime: MemberCheck = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));

const members: Readonly<Record<keyof SnapshotManifest, MemberCheck>> = {
  schemaVersion: isGeneration,
  site: isText,
  generation: isGeneration,
  publishedAt: isTime,
  author: isText,
  message: isText,
  rollbackOf: (value) => value === null || isGeneration(value),
  sourceSha256: (value) => value === undefined || value === null || isSha256(value),
  sourceFile: (value) => value === undefined || value === null || isText(value),
  documentSha256: isSha256,
  fileLength: isCount,
  fileSha256: isSha256,
  drivers: isCount,
  tags: isCount,
  product: isText,
};

function isManifest(value: object): value is SnapshotManifest {
  const record = value as Record<string, unknown>;
  return Object.entries(members).every(([name, check]) => check(record[name]));
}

const isNewer = (version: unknown): boolean => isCount(version) && (version as number) > schemaVersion;

function damaged(path: string): Error {
  return snapshotError('SNAPSHOT_MANIFEST_DAMAGED', `the manifest ${path} is damaged`);
}

function newer(path: string, { schemaVersion: version, product }: Record<string, unknown>): Error {
  const by = typeof product === 'string' ? `${product}, a newer version` : 'a newer version';
  return snapshotError(
    'SNAPSHOT_SCHEMA_NEWER',
    `${path} was sealed by ${by} (format ${String(version)}; this one reads up to ${schemaVersion}): run that version`,
  );
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
