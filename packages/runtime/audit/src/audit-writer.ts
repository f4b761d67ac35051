import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf, Turns, type Clock, type Logger, type Redactor, type Timer } from '@fieldwarden/core';
import type { AuditEntry } from '@fieldwarden/gateway-contract';
import { syncFolder } from '@fieldwarden/storage';
import { chainBegin, chained, contentText, type AuditRow, type ChainPosition } from './chain/audit-row.js';
import { contentOf } from './entry-content.js';
import type { AuditFile } from './files/audit-file.js';
import { HeadKeeper } from './files/head-keeper.js';
import { OpenSegments } from './files/open-segments.js';
import { ownEntry } from './own-entry.js';
import { keptNoLonger, type Retention } from './retention.js';
import { takeUpChain } from './take-up-chain.js';
import { WaitingRows } from './waiting-rows.js';

export interface AuditWriterDependencies {
  /** The home directory. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of all that is written. */
  readonly redactor: Redactor;
  /** Does what writes; where the disk is full, once more with the room that is held for it. */
  readonly keeping?: (write: () => Promise<void>) => Promise<void>;
  readonly retention: Retention;
  /** Rows cannot be written, in words; undefined: they can again. */
  readonly onTrouble: (trouble: string | undefined) => void;
  /** Somebody changed the file. */
  readonly onDamage: (damage: string) => void;
}

export interface AuditSnapshot {
  readonly segments: OpenSegments;
  /** Undefined: the audit could not be opened. */
  readonly head: ChainPosition | undefined;
  /** Of the current file, those that are on disk. */
  readonly currentBytes: number | undefined;
}

/** One write to the disk; while it takes nothing, less, so that the reserve is enough. */
const maxCommitRows = 1_000;
const commitRowsInNeed = 100;

const retryMs = 5_000;
/** Between two writes with the reserve: what comes meanwhile shares the next one. */
const needPauseMs = 250;

/** Brings rows to the end of the chain on disk. What comes while one write is under way goes with the next: many rows cost one wait. */
export class AuditWriter {
  readonly #deps: AuditWriterDependencies;
  readonly #rows = new WaitingRows();
  readonly #head: HeadKeeper;
  readonly #turns = new Turns();
  #file: AuditFile | undefined;
  #position: ChainPosition = chainBegin;
  #lastRow: AuditRow | undefined;
  #running: Promise<void> | undefined;
  #retry: Timer | undefined;
  #trouble: string | undefined;
  /** Files that go when so many rows are on disk. */
  #toRemove: { readonly names: readonly string[]; readonly kept: number } | undefined;

  constructor(deps: AuditWriterDependencies) {
    this.#deps = deps;
    this.#head = new HeadKeeper(deps);
  }

  /** The last row that is on disk. */
  get head(): ChainPosition {
    return this.#position;
  }

  /** The files between two writes: all that they hold belongs together. */
  async snapshot(): Promise<AuditSnapshot> {
    const snapshot = await this.#turns.take(async () => {
      const file = await this.#opened().catch(() => undefined); // a disk that takes nothing is read
      const segments = await OpenSegments.open(this.#deps.folder);
      return { segments, head: file && this.#position, currentBytes: file?.bytes };
    });
    this.#wake();
    return snapshot;
  }

  /** The last row of the run before; known once the file is open. */
  get lastRow(): AuditRow | undefined {
    return this.#lastRow;
  }

  take(entry: AuditEntry): void {
    if (!this.#rows.add(this.#textOf(entry))) {
      this.#troubled(`the audit cannot be written, and there is no more room in memory: rows are lost`);
      return;
    }
    if (!this.#retry) this.#wake();
  }

  /** Resolves when all that was taken so far is on disk. Rejects when the disk does not take it now; it is tried again. */
  async settled(): Promise<void> {
    const settled = this.#rows.settled();
    this.#wake();
    await settled;
  }

  /** Opens the file if it is not open. Never rejects: it is tried again. */
  async open(): Promise<void> {
    await this.#running;
    if (this.#file) return;
    this.#running = this.#turns
      .take(async () => await this.#opened())
      .then(() => undefined)
      .catch((error: unknown) => this.#refused(error))
      .finally(() => this.#ran());
    await this.#running;
  }

  /** The disk may take files again. Never rejects. */
  async retry(): Promise<void> {
    this.#wake();
    await this.#running;
  }

  /** After `settled`. Never rejects. */
  async close(): Promise<void> {
    this.#retry?.[Symbol.dispose]();
    await this.#running;
    this.#retry?.[Symbol.dispose]();
    await this.#head.close();
    await this.#file?.close();
    this.#file = undefined;
  }

  #textOf(entry: AuditEntry): string {
    const { clock, redactor } = this.#deps;
    return contentText(contentOf(entry, new Date(clock.wallMs()).toISOString(), redactor));
  }

  #wake(): void {
    if (this.#running || this.#rows.count === 0) return;
    this.#retry?.[Symbol.dispose]();
    this.#retry = undefined;
    this.#running = this.#writeAll().finally(() => this.#ran());
  }

  #ran(): void {
    this.#running = undefined;
    if (!this.#retry) this.#wake(); // what came in the last turn
  }

  /** Never rejects. */
  async #writeAll(): Promise<void> {
    await nextTurn(); // what comes in this turn goes together
    try {
      while (this.#rows.count > 0) await this.#turns.take(async () => await this.#writeSome());
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    this.#troubled(`the audit cannot be written: ${messageOf(error)}`);
    this.#rows.refused(error);
    this.#retry = this.#deps.clock.setTimer(() => this.#wake(), retryMs);
    this.#retry.unref();
  }

  async #writeSome(): Promise<void> {
    const file = await this.#opened();
    if (this.#rows.lost > 0) this.#tellLost();
    const texts = this.#rows.first(this.#trouble === undefined ? maxCommitRows : commitRowsInNeed);
    const before = this.#position;
    let position = before;
    let lines = '';
    for (const text of texts) {
      const next = chained(text, position);
      lines += next.line;
      ({ position } = next);
    }
    const neededReserve = await this.#write(async () => await file.append(lines, before.seq + 1));
    this.#position = position;
    this.#rows.done(texts);
    this.#head.moved(position);
    await this.#removeFiles();
    if (file.bytes >= this.#deps.retention.segmentBytes) await this.#roll(file);
    this.#troubled(neededReserve ? 'the disk is full: the audit takes the last room, which is held for it' : undefined);
    if (neededReserve) await new Promise<void>((resolve) => void this.#deps.clock.setTimer(resolve, needPauseMs));
  }

  /** Whether it took the room that is held for it. */
  async #write(append: () => Promise<void>): Promise<boolean> {
    const { keeping } = this.#deps;
    if (!keeping) {
      await append();
      return false;
    }
    let tries = 0;
    await keeping(async () => {
      tries += 1;
      await append();
    });
    return tries > 1;
  }

  async #opened(): Promise<AuditFile> {
    const change = await this.#file?.foreignChange();
    if (this.#file && change === undefined) return this.#file;
    await this.#file?.close();
    this.#file = undefined;
    const during = change === undefined ? undefined : { change, known: this.#position };
    const { file, position, lastRow, remarks } = await takeUpChain(this.#deps.folder, during);
    this.#file = file;
    this.#position = position;
    this.#lastRow = lastRow;
    for (const { message, isDamage } of remarks.toReversed()) {
      this.#rows.addFirst(this.#textOf(ownEntry({ action: 'audit', subject: 'audit.log', outcome: 'failed', reason: message }))); // prettier-ignore
      if (isDamage) this.#deps.onDamage(message);
      else this.#deps.logger.warn(message);
    }
    return file;
  }

  #tellLost(): void {
    const { lost } = this.#rows;
    const reason = `${lost} rows are missing here: the disk took nothing, and there was no more room in memory`;
    this.#rows.addFirst(this.#textOf(ownEntry({ action: 'audit', subject: 'audit.log', outcome: 'failed', after: { lost }, reason }))); // prettier-ignore
    this.#rows.told();
  }

  async #roll(file: AuditFile): Promise<void> {
    const { folder, clock, logger, retention } = this.#deps;
    this.#file = undefined;
    const name = await file.roll();
    logger.info(`a file of the audit is full and now ${String(name)}`);
    const gone = await keptNoLonger(folder, clock.wallMs(), retention);
    for (const { entry } of gone) this.#rows.add(this.#textOf(entry));
    if (gone.length > 0) this.#toRemove = { names: gone.map((one) => one.name), kept: this.#rows.taken };
  }

  /** Only when the rows that say so are on disk. */
  async #removeFiles(): Promise<void> {
    if (!this.#toRemove || this.#rows.kept < this.#toRemove.kept) return;
    const { folder } = this.#deps;
    for (const name of this.#toRemove.names) await rm(join(folder, name), { force: true });
    this.#toRemove = undefined;
    await syncFolder(folder);
  }

  #troubled(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#deps.onTrouble(trouble);
  }
}
