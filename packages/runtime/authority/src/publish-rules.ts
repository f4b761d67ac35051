import type { ConfigAuditRow } from '@fieldwarden/gateway-contract';
import { documentDigest } from '@fieldwarden/config';
import { invalidSite, revisionStale } from './authority-errors.js';
import type {
  Author,
  Generation,
  GenerationSummary,
  PublishCommand,
  PublishedSource,
  StoredDraft,
} from './config-authority.js';
import { storable } from './stored-json.js';

/** What both authorities decide alike; pure. */

/** Audit rows and generations that one call returns at most. */
const maxPage = 1_000;

const siteName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export function checkSiteName(site: string): string {
  if (!siteName.test(site)) throw invalidSite(site);
  return site;
}

export function checkRevision(site: string, expected: number | undefined, present: number): void {
  if (expected !== undefined && expected !== present) throw revisionStale(site, expected, present);
}

export function pageSize(limit: number): number {
  return Math.min(maxPage, Math.max(0, Math.trunc(limit) || 0));
}

/** The highest number that a page of generations below `before` can show. */
export function lastBefore(before = Infinity): number {
  const last = Math.ceil(before) - 1;
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Number.isNaN(last) ? 0 : last));
}

/** Anything else is no generation's number, and not a question for a store. */
export function isNumber(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}

/** Above every earlier one of the site, and above what is taken elsewhere. */
export function nextNumber(newest: number | null, above: number | undefined): number {
  return Math.max(newest ?? 0, above ?? 0) + 1;
}

export function newGeneration(site: string, number: number, command: PublishCommand, nowMs: number): Generation {
  const { sha256, drivers, tags } = documentDigest(command.document);
  return {
    site,
    generation: number,
    publishedAtMs: nowMs,
    author: storable(command.by.name),
    message: storable(command.message),
    sha256,
    drivers,
    tags,
    rollbackOf: command.rollbackOf,
    ...(command.source && { source: storableSource(command.source) }),
    document: command.document,
    ...(command.text !== undefined && { text: command.text }),
  };
}

function storableSource({ sha256, file }: PublishedSource): PublishedSource {
  return { sha256, file: file === null ? null : storable(file) };
}

export type NewAuditRow = Omit<ConfigAuditRow, 'at'>;

/** Of a row that somebody else wrote: what is stored is what is given back. */
export function storableRow(row: NewAuditRow): NewAuditRow {
  return {
    action: row.action,
    author: storable(row.author),
    via: storable(row.via),
    generation: row.generation,
    message: storable(row.message),
    correlationId: storable(row.correlationId),
  };
}

export function publishRow(generation: GenerationSummary, by: Author): NewAuditRow {
  const action = generation.rollbackOf === null ? 'publish' : 'rollback';
  return auditRow(action, by, generation.message, generation.generation);
}

export function draftRow(by: Author, text: string | null): NewAuditRow {
  return auditRow('draft', by, text === null ? 'draft discarded' : 'draft saved', null);
}

function auditRow(action: ConfigAuditRow['action'], by: Author, message: string, number: number | null): NewAuditRow {
  return storableRow({
    action,
    author: by.name,
    via: by.via,
    generation: number,
    message,
    correlationId: by.correlationId,
  });
}

/** A draft without its text, as it is stored beside it. */
export interface DraftHead {
  readonly revision: number;
  /** Null too while there is no text: then it is the newest generation. */
  readonly baseGeneration: number | null;
  readonly edited: boolean;
  readonly updatedAtMs: number | null;
  readonly author: string | null;
}

export const noDraft: DraftHead = {
  revision: 0,
  baseGeneration: null,
  edited: false,
  updatedAtMs: null,
  author: null,
};

/** After somebody typed (`edited`) or discarded. A draft that goes on keeps the generation it was begun from. */
export function changedDraft(
  head: DraftHead,
  change: { readonly edited: boolean; readonly newest: number | null; readonly by: Author; readonly nowMs: number },
): DraftHead {
  return {
    revision: head.revision + 1,
    baseGeneration: baseOf(head, change),
    edited: change.edited,
    updatedAtMs: change.nowMs,
    author: storable(change.by.name),
  };
}

function baseOf(head: DraftHead, { edited, newest }: { edited: boolean; newest: number | null }): number | null {
  if (!edited) return null;
  return head.edited ? head.baseGeneration : newest;
}

/** After a publish: the revision rises; the draft goes if it is what was published, and else stays as it was typed. */
export function draftAfterPublish(head: DraftHead, command: PublishCommand, nowMs: number): DraftHead {
  if (head.edited && !command.fromDraft) return { ...head, revision: head.revision + 1 };
  return changedDraft(head, { edited: false, newest: null, by: command.by, nowMs });
}

export function storedDraft(head: DraftHead, newest: number | null, text: string | null): StoredDraft {
  const { revision, baseGeneration, edited, updatedAtMs, author } = head;
  return { revision, baseGeneration: edited ? baseGeneration : newest, text, updatedAtMs, author };
}
