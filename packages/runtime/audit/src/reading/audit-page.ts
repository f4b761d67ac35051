import type { FileHandle } from 'node:fs/promises';
import { GatewayError } from '@fieldwarden/core';
import { pathMatcher } from '@fieldwarden/gateway-contract';
import { rowOf, type AuditRow } from '../chain/audit-row.js';
import type { OpenSegment, OpenSegments } from '../files/open-segments.js';
import { linesBackward, readAt, type PlacedLine } from '../files/read-lines.js';
import { currentName } from '../files/segments.js';

/** Which rows; what is not said is not asked for. */
export interface AuditFilter {
  readonly user?: string;
  /** Of the subject: as it is, or a glob, `packaging/**`. */
  readonly path?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly via?: string;
  /** Inclusive, ms since 1970 UTC. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
}

export interface AuditPageQuery extends AuditFilter {
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface AuditPage {
  /** Newest first. */
  readonly rows: readonly AuditRow[];
  /** For the following page; null: that was all. A page may be short, or empty, and have a next one. */
  readonly next: string | null;
}

export interface PageSource {
  readonly segments: OpenSegments;
  /** Of the gateway that runs: bytes of the current file that are on disk. */
  readonly currentBytes?: number | undefined;
  readonly pause?: () => Promise<void>;
}

/** Read for one page; who filters for something rare comes back with the cursor. */
const maxBytesPerPage = 16 << 20;

interface Place {
  /** Of the file: the number of its first row, which it keeps when it gets another name. */
  readonly firstSeq: number;
  /** Rows that end here or before. */
  readonly end: number;
}

/** Reads backwards from the end, and no more than it must. Rejects with `AUDIT_CURSOR` (kind `config`). */
export async function readPage(source: PageSource, query: AuditPageQuery): Promise<AuditPage> {
  const { list } = source.segments;
  const from = query.cursor === undefined ? undefined : placeOf(query.cursor);
  const page = new PageReader(query);
  for (const [i, segment] of [...list.entries()].toReversed()) {
    const firstSeq = segment.firstSeq ?? (await firstSeqOf(segment.file)) ?? (list.at(i - 1)?.firstSeq ?? 0) + 1;
    if (from && firstSeq > from.firstSeq) continue;
    const whole = await bytesOf(segment, source);
    const end = from && from.firstSeq === firstSeq ? Math.min(from.end, whole) : whole;
    for await (const lines of linesBackward(segment.file, end)) {
      const stop = page.take(lines);
      if (stop) return { rows: page.rows, next: stop === 'all' ? null : cursorOf({ firstSeq, end: stop.start }) };
      await source.pause?.();
    }
  }
  return { rows: page.rows, next: null };
}

async function bytesOf({ name, file }: OpenSegment, { currentBytes }: PageSource): Promise<number> {
  const { size } = await file.stat();
  return name === currentName ? Math.min(size, currentBytes ?? size) : size;
}

class PageReader {
  readonly rows: AuditRow[] = [];
  readonly #query: AuditPageQuery;
  readonly #isWanted: (row: AuditRow) => boolean;
  #budget = maxBytesPerPage;

  constructor(query: AuditPageQuery) {
    this.#query = query;
    this.#isWanted = matcherOf(query);
  }

  /** Where the next page goes on; `all`: there is no more; undefined: it wants more lines. */
  take(lines: readonly PlacedLine[]): { readonly start: number } | 'all' | undefined {
    let isPast = lines.length > 0;
    for (const { line, start } of lines) {
      this.#budget -= line.length + 1;
      const row = rowOf(line);
      if (!row || !isBefore(row, this.#query)) isPast = false;
      if (!row || !this.#isWanted(row)) continue;
      this.rows.push(row);
      if (this.rows.length === this.#query.limit) return row.seq === 1 ? 'all' : { start };
    }
    if (isPast) return 'all';
    const last = lines.at(-1);
    return this.#budget <= 0 && last ? { start: last.start } : undefined;
  }
}

/** Undefined: the first line is damaged, or there is none. */
async function firstSeqOf(file: FileHandle): Promise<number | undefined> {
  const seq = /^\{"seq":(\d{1,16}),/.exec((await readAt(file, 0, 32)).toString('latin1'))?.[1];
  return seq === undefined ? undefined : Number(seq);
}

function matcherOf({ user, path, action, outcome, via, fromMs, toMs }: AuditFilter): (row: AuditRow) => boolean {
  const isPath = path === undefined ? undefined : pathMatcher([path]);
  return (row) => {
    // over the local socket names come with a uid: `jane (uid 1000)`
    if (user !== undefined && row.user !== user && !row.user.startsWith(`${user} (`)) return false;
    if (isPath && row.subject !== path && !isPath(row.subject)) return false;
    if (action !== undefined && row.action !== action) return false;
    if (outcome !== undefined && row.outcome !== outcome) return false;
    if (via !== undefined && row.via !== via) return false;
    if (fromMs === undefined && toMs === undefined) return true;
    const atMs = Date.parse(row.at);
    return atMs >= (fromMs ?? -Infinity) && atMs < (toMs ?? Infinity);
  };
}

/** Some hundred rows in a row that are older than what is asked for: so much the clock was hardly set back. */
function isBefore(row: AuditRow, { fromMs }: AuditFilter): boolean {
  return fromMs !== undefined && Date.parse(row.at) < fromMs;
}

function cursorOf({ firstSeq, end }: Place): string {
  return `${firstSeq}.${end}`;
}

function placeOf(cursor: string): Place {
  const [, firstSeq, end] = /^([1-9]\d{0,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (firstSeq !== undefined && end !== undefined) return { firstSeq: Number(firstSeq), end: Number(end) };
  const message = 'cursor is the next of a page of the audit';
  throw new GatewayError({ code: 'AUDIT_CURSOR', kind: 'config', message });
}
