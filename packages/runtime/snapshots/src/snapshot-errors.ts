import { GatewayError, isGatewayError, type ErrorKind } from '@fieldwarden/core';

/** Why a snapshot is not served, or not written. Kind `config` but for SNAPSHOT_NO_ROOM (`overloaded`) and SNAPSHOT_CONTENT_MISMATCH (`bug`). */
export type SnapshotErrorCode =
  | 'SNAPSHOT_POINTER_DAMAGED'
  | 'SNAPSHOT_MANIFEST_DAMAGED'
  | 'SNAPSHOT_DAMAGED'
  | 'SNAPSHOT_MISSING'
  | 'SNAPSHOT_SCHEMA_NEWER'
  | 'SNAPSHOT_FOREIGN_SITE'
  | 'SNAPSHOT_MISNAMED'
  | 'SNAPSHOT_NOT_A_FILE'
  | 'SNAPSHOT_NOT_READABLE'
  | 'SNAPSHOT_DIFFERS'
  | 'SNAPSHOT_NOT_WRITABLE'
  | 'SNAPSHOT_NO_ROOM'
  | 'SNAPSHOT_SITE_NAME'
  | 'SNAPSHOT_CONTENT_MISMATCH';

const kinds: Partial<Record<SnapshotErrorCode, ErrorKind>> = {
  SNAPSHOT_NO_ROOM: 'overloaded',
  SNAPSHOT_CONTENT_MISMATCH: 'bug',
};

/** Those that say that something stored cannot be served as it is: another generation, a backup or a new publish helps. */
const refusals: ReadonlySet<string> = new Set<SnapshotErrorCode>([
  'SNAPSHOT_POINTER_DAMAGED',
  'SNAPSHOT_MANIFEST_DAMAGED',
  'SNAPSHOT_DAMAGED',
  'SNAPSHOT_MISSING',
  'SNAPSHOT_SCHEMA_NEWER',
  'SNAPSHOT_FOREIGN_SITE',
  'SNAPSHOT_MISNAMED',
  'SNAPSHOT_NOT_A_FILE',
  'SNAPSHOT_NOT_READABLE',
]);

export function snapshotError(code: SnapshotErrorCode, message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code, kind: kinds[code] ?? 'config', message, cause });
}

export function isRefusal(error: unknown): error is GatewayError {
  return isGatewayError(error) && refusals.has(error.code);
}

/** The same refusal with the ways out; `intact` are the generations that verify, newest first. */
export function withRemedy(refusal: GatewayError, intact: readonly number[]): GatewayError {
  return new GatewayError({
    code: refusal.code,
    kind: refusal.kind,
    message: `${refusal.message}; ${remedy(intact)}`,
    cause: refusal.cause,
  });
}

function remedy([newest, ...older]: readonly number[]): string {
  if (newest === undefined) return 'no sealed generation is intact: restore the file from a backup or publish again';
  const others = older.length > 0 ? ` (also intact: ${older.join(', ')})` : '';
  return `start from an intact generation with \`fieldwarden up --generation ${newest}\`${others}, restore the file from a backup, or publish again`;
}
