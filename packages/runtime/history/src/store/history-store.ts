import { messageOf, statusCodes, Turns, type Clock, type DataType, type Logger, type Timer } from '@fieldwarden/core';
import type { JournalFile } from '../files/journal-file.js';
import { MonthFiles } from '../files/month-files.js';
import type { RowBatch } from '../records/row-batch.js';
import { columnsOver, rowBytes } from '../records/row-batch.js';
import { StoreSource } from '../reading/store-source.js';
import { BlockReader } from './block-reader.js';
import { openJournal } from './open-journal.js';
import { OpenRows } from './open-rows.js';
import { applyRetention, giveBack, type RetentionLimits } from './retention.js';
import { seal } from './sealing.js';
import type { StoreState } from './store-state.js';
import { TagCatalogue } from './tag-catalogue.js';

export interface HistoryStoreOptions {
  /** Home directory: files are `history.*.mdb`. */
  readonly folder: string;
  readonly limits: RetentionLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after each commit of the journal with how many rows are on the disk since the last call. */
  readonly accepted?: (rows: number) => void;
}

/** What is kept from now on under a number that whoever records has chosen. */
export interface DefinedTag {
  readonly number: number;
  readonly path: string;
  readonly type: DataType;
  readonly stepped: boolean;
}

/** SPEC §8.4: a journal of at most 1 s. */
const tickMs = 500;
/** How old the newest rows may be that a reader does not see. */
const freshMs = 100;
/** Without a value, how often it is written that the gateway runs. */
const aliveMs = 5_000;
/** Rows of a generation: bounded by age, by memory, and by what the files may take. */
const generationMs = 15 * 60_000;
/** No generations follow each other so fast that their numbers, a second each at least, are further ahead of the clock. */
const aheadS = 86_400;
const generationRows = 4_000_000;
const leastGenerationRows = 20_000;
/** Rows in memory beyond which none is taken until blocks can be written. */
const maxOpenRows = 8_000_000;
const retentionEveryMs = 20_000;

/** Values of tags over time, on disk (SPEC §8.4). Lives in one thread; nothing else opens its files. */
export class HistoryStore implements AsyncDisposable {
  readonly #options: HistoryStoreOptions;
  readonly #journal: JournalFile;
  readonly #catalogue: TagCatalogue;
  readonly #files: MonthFiles;
  readonly #blocks: BlockReader;
  readonly #work = new Turns();
  readonly #numbers = new Map<number, number>();
  /** Tags that were defined since the store was opened. */
  readonly #resumed = new Set<number>();
  /** Rows that are in no journal yet, as they came. */
  #waiting: RowBatch[] = [];
  #waitingRows = 0;
  #open: OpenRows;
  #sealing: OpenRows | undefined;
  #limits: RetentionLimits;
  #timer: Timer | undefined;
  #lastTickMs = 0;
  #retainedMs = -Infinity;
  /** When the gateway was alive last, before this store was opened. */
  readonly #goneAtMs: number | undefined;
  #values = 0;
  #damagedBlocks = 0;
  #damage: string | undefined;
  #refusal: string | undefined;
  #gate: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    options: HistoryStoreOptions,
    journal: JournalFile,
    files: MonthFiles,
    catalogue: TagCatalogue,
    damage: string | undefined,
  ) {
    const { clock, limits } = options;
    this.#options = options;
    this.#journal = journal;
    this.#files = files;
    this.#catalogue = catalogue;
    this.#damage = damage;
    this.#limits = limits;
    this.#blocks = new BlockReader(files, (what) => this.#foundDamage(what));
    const facts = journal.facts();
    this.#goneAtMs = facts?.aliveAtMs;
    const wallS = Math.floor(clock.wallMs() / 1_000);
    // Grows with every generation. Blocks without a journal: it was lost with the number, and goes on behind any that there can be.
    const isLost = !facts && files.all().length > 0;
    const generation = Math.max((facts?.generation ?? 0) + 1, isLost ? wallS + aheadS : wallS);
    this.#open = new OpenRows(generation, clock.monotonicMs());
  }

  /** Rejects with what the system says where files can't be read or made. What is damaged is set aside, and told by `state`. */
  static async open(options: HistoryStoreOptions): Promise<HistoryStore> {
    const { folder, clock } = options;
    const { journal, lost } = await openJournal(folder, clock);
    const trouble = lost === undefined ? [] : [lost];
    const closed = journal.facts()?.closed ?? {};
    const files = await MonthFiles.open({ folder, clock, closed, trouble: (message) => trouble.push(message) });
    const catalogue = new TagCatalogue();
    catalogue.load(journal.tags());
    for (const file of files.all()) catalogue.load(file.tags());
    const store = new HistoryStore(options, journal, files, catalogue, trouble.at(-1));
    for (const message of trouble) options.logger.error(message);
    await store.#recover();
    store.#commitJournal();
    store.#schedule();
    return store;
  }

  /** Before any row of it. A tag that was kept before has a gap from when the gateway went until its next value. */
  define(tags: readonly DefinedTag[]): void {
    const again: number[] = [];
    for (const { number, path, type, stepped } of tags) {
      const { tag, isNew } = this.#catalogue.use(path, type, stepped);
      this.#numbers.set(number, tag.id);
      if (!isNew && !this.#resumed.has(tag.id)) again.push(tag.id);
      this.#resumed.add(tag.id);
    }
    if (this.#goneAtMs !== undefined) this.#lose(again, this.#goneAtMs);
  }

  /** Nothing comes of them any more: from then on there is no data. */
  end(numbers: readonly number[], atMs: number): void {
    this.#lose(
      numbers.flatMap((number) => this.#numbers.get(number) ?? []),
      atMs,
    );
    for (const number of numbers) this.#numbers.delete(number);
  }

  /** Values were lost from this time on until now: all defined tags have a gap until their next value. */
  gap(fromMs: number): void {
    this.#lose([...this.#numbers.values()], fromMs);
  }

  /** By the numbers of `define`; what has another number is left out. On the disk at most a second later. */
  record(batch: RowBatch): void {
    const { tags, count } = batch;
    for (let i = 0; i < count; i += 1) tags[i] = this.#numbers.get(tags[i]) ?? 0;
    this.#add(batch);
  }

  setLimits(limits: RetentionLimits): void {
    this.#limits = limits;
    this.#retainedMs = -Infinity;
  }

  /** What there is of a path now; undefined where nothing was ever kept. Wait for `ready` before it is read, and after each pause. */
  source(path: string): StoreSource | undefined {
    const tags = this.#catalogue.ofPath(path);
    if (tags.length === 0) return undefined;
    const open = [this.#sealing, this.#open].filter((rows) => rows !== undefined);
    const files = this.#files.all().filter((file) => tags.some(({ id }) => file.has(id)));
    const hours = [
      Math.min(...files.map((file) => file.hours[0])),
      Math.max(...files.map((file) => file.hours[1])),
    ] as const;
    return new StoreSource({ tags, open, blocks: this.#blocks, hours });
  }

  /** Of the tag as it was kept last. */
  isStepped(path: string): boolean {
    return this.#catalogue.ofPath(path).at(-1)?.stepped ?? false;
  }

  paths(): readonly string[] {
    return this.#catalogue.paths();
  }

  /** Resolves when files may be read: one that is written anew is away for a moment. */
  async ready(): Promise<void> {
    while (this.#gate) await this.#gate;
  }

  get state(): StoreState {
    return {
      bytes: this.#files.usedBytes + this.#journal.usedBytes,
      oldestAtMs: this.#oldestAtMs(),
      tags: this.#catalogue.size,
      values: this.#values,
      unsealed: this.#open.count + (this.#sealing?.count ?? 0),
      damagedBlocks: this.#damagedBlocks,
      damage: this.#damage ?? null,
      refusal: this.#refusal ?? null,
    };
  }

  /** What was recorded can be read, unless that was done a moment ago. */
  freshen(): void {
    if (this.#options.clock.monotonicMs() - this.#lastTickMs >= freshMs) this.#commitJournal();
  }

  /** All that was recorded is in the journal. Throws what the disk says. */
  flush(): void {
    this.#commitJournal();
    if (this.#refusal !== undefined) throw new Error(this.#refusal);
  }

  /** All that was recorded is in blocks. */
  async sealAll(): Promise<void> {
    this.flush();
    await this.#sealOpen();
  }

  /** Age and size, now. */
  async retain(): Promise<void> {
    await this.#work.take(() => this.#retain());
  }

  /** Writes what waits, and closes the files. Never rejects. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #schedule(): void {
    this.#timer = this.#options.clock.setTimer(
      () => void this.#tick().finally(() => this.#closing ?? this.#schedule()),
      tickMs,
    );
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    const { clock } = this.#options;
    this.#commitJournal();
    if (this.#refusal !== undefined) {
      // nothing can be written: what is removed may make room
    } else if (this.#isGenerationFull()) await this.#sealOpen().catch((error: unknown) => this.#refused(error));
    else if (this.#sealing) await this.#finishSealing().catch((error: unknown) => this.#refused(error));
    if (clock.monotonicMs() - this.#retainedMs < retentionEveryMs) return;
    this.#retainedMs = clock.monotonicMs();
    await this.retain().catch((error: unknown) => this.#refused(error));
  }

  #isGenerationFull(): boolean {
    if (this.#open.count === 0 || this.#sealing) return false;
    const rows = Math.max(leastGenerationRows, Math.min(generationRows, this.#limits.maxBytes / 4 / rowBytes));
    return this.#open.count >= rows || this.#options.clock.monotonicMs() - this.#open.sinceMs >= generationMs;
  }

  #commitJournal(): void {
    const { clock, accepted } = this.#options;
    const isFull = this.#open.count + (this.#sealing?.count ?? 0) + this.#waitingRows > maxOpenRows;
    const nowMs = clock.wallMs();
    const news = this.#catalogue.unwritten;
    if (isFull || (this.#waitingRows === 0 && news.length === 0 && clock.monotonicMs() - this.#lastTickMs < aliveMs))
      return;
    const batches = this.#waiting;
    const count = this.#waitingRows;
    try {
      const facts = { aliveAtMs: nowMs, generation: this.#open.generation, closed: this.#files.untouched };
      this.#journal.append(this.#open.generation, batches, news, facts);
    } catch (error) {
      this.#refused(error);
      return;
    }
    this.#refusal = undefined;
    this.#lastTickMs = clock.monotonicMs();
    this.#catalogue.written(news);
    this.#waiting = [];
    this.#waitingRows = 0;
    for (const batch of batches) this.#open.add(batch);
    this.#values += count;
    if (count > 0) accepted?.(count);
  }

  async #sealOpen(): Promise<void> {
    if (this.#sealing) await this.#finishSealing();
    if (this.#open.count === 0) return;
    const { clock } = this.#options;
    this.#sealing = this.#open;
    this.#sealing.freeze();
    const generation = Math.max(this.#open.generation + 1, Math.floor(clock.wallMs() / 1_000));
    this.#open = new OpenRows(generation, clock.monotonicMs());
    await this.#finishSealing();
  }

  #finishSealing(): Promise<void> {
    return this.#work.take(async () => {
      const rows = this.#sealing;
      if (!rows) return;
      await seal(rows, this.#catalogue, this.#files);
      this.#journal.forget(rows.generation);
      this.#sealing = undefined;
    });
  }

  /** Generations of a run before: sealed as they would have been. */
  async #recover(): Promise<void> {
    for (const generation of this.#journal.generations()) {
      const { batches, damaged } = this.#journal.rowsOf(generation);
      if (damaged > 0) this.#foundDamage(`${damaged} records of the journal are damaged`);
      this.#sealing = new OpenRows(generation, 0);
      for (const batch of batches) this.#sealing.add(batch);
      this.#sealing.freeze();
      await this.#finishSealing();
    }
  }

  async #retain(): Promise<void> {
    const { clock } = this.#options;
    await applyRetention(this.#files, this.#limits, this.#journal.usedBytes, clock.wallMs());
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    try {
      await giveBack(this.#files, this.#limits.maxBytes);
    } finally {
      this.#gate = undefined;
      resolve();
    }
  }

  /** There is no data from a time on: a fact like any other. */
  #lose(tagIds: readonly number[], atMs: number): void {
    const count = tagIds.length;
    if (count === 0) return;
    const columns = columnsOver(new ArrayBuffer(count * rowBytes), count);
    columns.tags.set(tagIds);
    columns.timesMs.fill(atMs);
    columns.values.fill(NaN);
    columns.statuses.fill(statusCodes.BadDataLost);
    this.#add({ ...columns, count, objects: new Map() });
  }

  #add(batch: RowBatch): void {
    this.#waiting.push(batch);
    this.#waitingRows += batch.count;
  }

  #oldestAtMs(): number | null {
    for (const file of this.#files.all()) {
      const place = file.firstPlace();
      if (place) return this.#blocks.ofHour(place.tagId, place.hour, new Set()).at(0)?.head.summary.firstAtMs ?? null;
    }
    return null;
  }

  #foundDamage(what: string): void {
    this.#damagedBlocks += 1;
    if (this.#damage !== what) this.#options.logger.error(what);
    this.#damage = what;
  }

  #refused(error: unknown): void {
    const message = `history cannot be written: ${messageOf(error)}`;
    if (this.#refusal === undefined) this.#options.logger.error(message, { error });
    this.#refusal = message;
  }

  async #close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    try {
      this.#commitJournal();
      await this.#work.take(async () => undefined);
      const closed = await this.#files.close();
      if (this.#refusal === undefined) {
        const facts = { aliveAtMs: this.#options.clock.wallMs(), generation: this.#open.generation, closed };
        this.#journal.append(this.#open.generation, [], [], facts);
      }
      await this.#journal.close();
    } catch (error) {
      this.#options.logger.error(`history was not closed in order: ${messageOf(error)}`, { error });
    }
  }
}
