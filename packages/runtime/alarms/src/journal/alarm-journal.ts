import type { ServiceTable } from '@fieldwarden/service';
import { fits, type JournalPage, type JournalQuery, type JournalRow } from './journal-row.js';

export interface JournalLimits {
  /** At least so many of the newest rows are kept; about as many at most. */
  readonly rows: number;
  readonly bytes: number;
  readonly ageMs: number;
}

export const journalLimits: JournalLimits = { rows: 131_072, bytes: 128 * 1024 * 1024, ageMs: 730 * 86_400_000 };

/** Where it is kept: records of rows, and for each of them what is in it. */
export interface JournalTables {
  readonly chunks: ServiceTable;
  readonly heads: ServiceTable;
}

/** Rows of one record of the table: few enough that rewriting the newest one costs little, many enough that reading a lot is fast. */
const chunkRows = 64;

/** Read without letting others run. */
const chunksPerTurn = 16;

interface Head {
  readonly chunk: number;
  readonly firstSeq: number;
  readonly rows: number;
  readonly bytes: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Every transition of every alarm, appended and never changed (SPEC §18.3). Bounded by number, size and age; whole chunks go. */
export class AlarmJournal {
  readonly #limits: JournalLimits;
  #tables: JournalTables | undefined;
  /** The oldest first; the last one is open. */
  readonly #heads: Head[] = [];
  #open: JournalRow[] = [];
  #isChanged = false;
  #seq = 0;

  constructor(limits: Partial<JournalLimits> = {}) {
    this.#limits = { ...journalLimits, ...limits };
  }

  /** Rows that there are. */
  get size(): number {
    return this.#heads.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Once, before anything is appended. Rows that were damaged are missing. */
  async load(tables: JournalTables): Promise<void> {
    this.#tables = tables;
    const heads = (await tables.heads.entries()).map(([, head]) => head as Head);
    this.#heads.push(...heads.filter(isHead).sort((a, b) => a.chunk - b.chunk));
    const last = this.#heads.at(-1);
    if (!last) return;
    this.#seq = last.firstSeq + last.rows - 1;
    const rows = await this.#rowsOf(last);
    if (last.rows < chunkRows && rows.length === last.rows) this.#open = [...rows];
  }

  /** In memory, until `flush`. Without `load` it is kept nowhere. */
  append(content: Omit<JournalRow, 'seq'>): JournalRow {
    const row = { seq: (this.#seq += 1), ...content };
    if (this.#open.length === 0 || this.#open.length >= chunkRows) this.#begin(row);
    this.#open.push(row);
    const head = this.#heads.pop()!;
    const atMs = Date.parse(row.at);
    this.#heads.push({
      ...head,
      rows: this.#open.length,
      bytes: head.bytes + sizeOf(row),
      fromMs: Math.min(head.fromMs, atMs),
      toMs: Math.max(head.toMs, atMs),
    });
    this.#isChanged = true;
    return row;
  }

  /** Hands what was appended to the tables: in the same tick as what it came with, so that both are on disk or neither is. */
  flush(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#putOpen();
  }

  async page(query: JournalQuery): Promise<JournalPage> {
    const rows: JournalRow[] = [];
    let read = 0;
    for (const head of this.#heads.toReversed()) {
      if (!mayFit(head, query)) continue;
      for (const row of (await this.#rowsOf(head)).toReversed()) {
        if (!fits(row, query)) continue;
        if (rows.length === query.limit) return { rows, next: rows.at(-1)!.seq };
        rows.push(row);
      }
      read += 1;
      if (read % chunksPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return { rows, next: null };
  }

  #begin(row: JournalRow): void {
    if (this.#open.length > 0) this.#putOpen();
    const atMs = Date.parse(row.at);
    const chunk = (this.#heads.at(-1)?.chunk ?? 0) + 1;
    this.#open = [];
    this.#heads.push({ chunk, firstSeq: row.seq, rows: 0, bytes: 0, fromMs: atMs, toMs: atMs });
    this.#shorten(atMs);
  }

  #putOpen(): void {
    const head = this.#heads.at(-1)!;
    const key = keyOf(head);
    this.#tables?.chunks.put(key, this.#open);
    this.#tables?.heads.put(key, head);
  }

  #shorten(nowMs: number): void {
    let [rows, bytes] = [this.size, this.#heads.reduce((sum, head) => sum + head.bytes, 0)];
    const { rows: mostRows, bytes: mostBytes, ageMs } = this.#limits;
    while (this.#heads.length > 1) {
      const [oldest] = this.#heads;
      const isOver = rows - oldest.rows >= mostRows || bytes > mostBytes || nowMs - oldest.toMs > ageMs;
      if (!isOver) return;
      rows -= oldest.rows;
      bytes -= oldest.bytes;
      this.#heads.shift();
      this.#tables?.chunks.delete(keyOf(oldest));
      this.#tables?.heads.delete(keyOf(oldest));
    }
  }

  async #rowsOf(head: Head): Promise<readonly JournalRow[]> {
    if (head.chunk === this.#heads.at(-1)?.chunk && this.#open.length > 0) return this.#open;
    const rows = await this.#tables?.chunks.get(keyOf(head));
    return Array.isArray(rows) ? (rows as readonly JournalRow[]) : [];
  }
}

function mayFit(head: Head, { fromMs, toMs, beforeSeq }: JournalQuery): boolean {
  if (beforeSeq !== undefined && head.firstSeq >= beforeSeq) return false;
  if (fromMs !== undefined && head.toMs < fromMs) return false;
  return toMs === undefined || head.fromMs < toMs;
}

function isHead(head: unknown): head is Head {
  const fields = (head ?? {}) as Partial<Record<keyof Head, unknown>>;
  const { chunk, firstSeq, rows, bytes, fromMs, toMs } = fields;
  return [chunk, firstSeq, rows, bytes, fromMs, toMs].every((field) => typeof field === 'number');
}

/** As many bytes as its texts, and what the rest takes. */
function sizeOf({ id, message, note, user, value }: JournalRow): number {
  const texts = [id, message, note, user, value].map((each) => (typeof each === 'string' ? each.length : 8));
  return texts.reduce((sum, length) => sum + length, 200);
}

/** In the order of their numbers. */
function keyOf({ chunk }: Pick<Head, 'chunk'>): string {
  return String(chunk).padStart(12, '0');
}
