import type { ConfigAuditRow } from '@fieldwarden/gateway-contract';
import { openRecord, sealRecord } from '@fieldwarden/storage/lmdb';
import type { GenerationSummary } from '../config-authority.js';
import type { DraftHead } from '../publish-rules.js';

/**
 * What stands in the file, by key. Every value begins with a check over its key and its content: LMDB has no checksums of
 * its own, and a damaged page may well show one record under the key of another.
 */
export const fileFormat = 1;

export type FormatKey = 'format';
export type SiteKey = ['site', string];
export type DraftKey = ['draft', string];
export type GenerationKey = ['generation', string, number];
export type DocumentKey = ['document', string, number];
/** There for generations that were published with a text. */
export type TextKey = ['text', string, number];
export type AuditKey = ['audit', string, number];
export type RecordKey = FormatKey | SiteKey | DraftKey | GenerationKey | DocumentKey | TextKey | AuditKey;

/** What stands under a key whose content is JSON; drafts, documents and their texts are compressed. */
export type RecordOf<K extends RecordKey> = K extends FormatKey
  ? FormatRecord
  : K extends SiteKey
    ? SiteRecord
    : K extends GenerationKey
      ? GenerationSummary
      : K extends AuditKey
        ? ConfigAuditRow
        : never;

/** Names every site, so that a site which a damaged page hides is missed. */
export interface FormatRecord {
  readonly format: number;
  readonly sites: readonly string[];
}

/** Counts what belongs to the site, for the same reason. */
export interface SiteRecord {
  readonly newest: number | null;
  readonly generations: number;
  /** Number of the last audit row; they count from 1 without gaps. */
  readonly lastAudit: number;
  readonly draft: DraftHead;
}

/** For messages. */
export function nameOf(key: RecordKey): string {
  return typeof key === 'string' ? key : key.join(' ');
}

export function encodeRecord(key: RecordKey, content: Uint8Array): Buffer {
  return sealRecord(JSON.stringify(key), content);
}

/** Undefined when the check does not fit. */
export function decodeRecord(key: RecordKey, stored: Uint8Array): Buffer | undefined {
  return openRecord(JSON.stringify(key), stored);
}
