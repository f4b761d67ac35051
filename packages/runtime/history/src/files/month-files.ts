import { readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Clock } from '@fieldwarden/core';
import { proveOrSetAside, removeDatabase } from '@fieldwarden/storage/lmdb';
import type { JournalFacts } from './journal-file.js';
import { MonthFile, monthOf } from './month-file.js';

export const monthFilePattern = /^history\.(\d{4}-\d\d)\.mdb$/;

const programOf = createRequire(import.meta.url);

export interface MonthFilesOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** How months were left the last time: what is as it was then is not looked through again. */
  readonly closed: JournalFacts['closed'];
  /** What is wrong with a file, in words. */
  readonly trouble: (message: string) => void;
}

/** The months of the store, each a file of its own: what is damaged, removed or backed up stays small. */
export class MonthFiles {
  readonly #options: MonthFilesOptions;
  /** Oldest first. */
  readonly #open = new Map<string, MonthFile>();
  readonly #untouched = new Map<string, { readonly bytes: number; readonly changedMs: number }>();

  private constructor(options: MonthFilesOptions) {
    this.#options = options;
  }

  static async open(options: MonthFilesOptions): Promise<MonthFiles> {
    const files = new MonthFiles(options);
    const names = (await readdir(options.folder)).sort();
    for (const name of names) {
      const month = monthFilePattern.exec(name)?.[1];
      if (month !== undefined) await files.#openProved(month);
    }
    return files;
  }

  /** Oldest first. */
  all(): readonly MonthFile[] {
    return [...this.#open.values()];
  }

  /** Months that nothing was written to, as they are: need no look the next time. */
  get untouched(): JournalFacts['closed'] {
    return Object.fromEntries(this.#untouched);
  }

  /** To be written. Made where there is none. */
  async of(timeMs: number): Promise<MonthFile> {
    const month = monthOf(timeMs);
    this.#untouched.delete(month);
    const known = this.#open.get(month);
    if (known) return known;
    this.#keep(await MonthFile.open(this.#pathOf(month), month));
    return this.#open.get(month)!;
  }

  ofHour(hour: number): MonthFile | undefined {
    for (const file of this.#open.values()) if (hour >= file.hours[0] && hour < file.hours[1]) return file;
    return undefined;
  }

  /** Removes the oldest blocks of a month below an hour, at most `limit`; how many. */
  removeBelow(file: MonthFile, hour: number, limit: number): number {
    const removed = file.removeBelow(hour, limit);
    if (removed > 0) this.#untouched.delete(file.month);
    return removed;
  }

  /** The whole month goes. */
  async remove(file: MonthFile): Promise<void> {
    this.#open.delete(file.month);
    this.#untouched.delete(file.month);
    await file.close();
    await removeDatabase(file.path);
  }

  /** Without the pages that hold nothing. Nothing may be read or written meanwhile. */
  async compact(file: MonthFile): Promise<void> {
    const copy = `${file.path}.new`;
    this.#untouched.delete(file.month);
    await rm(copy, { force: true });
    await file.copyTo(copy);
    this.#open.delete(file.month);
    await file.close();
    await rename(copy, file.path);
    await rm(`${copy}-lock`, { force: true });
    this.#keep(await MonthFile.open(file.path, file.month));
  }

  get usedBytes(): number {
    return this.all().reduce((sum, file) => sum + file.usedBytes, 0);
  }

  get fileBytes(): number {
    return this.all().reduce((sum, file) => sum + file.fileBytes, 0);
  }

  /** Closes all; how they are now. */
  async close(): Promise<JournalFacts['closed']> {
    const closed: Record<string, { bytes: number; changedMs: number }> = {};
    for (const file of this.all()) {
      await file.close();
      const { size, mtimeMs } = await stat(file.path);
      closed[file.month] = { bytes: size, changedMs: mtimeMs };
    }
    this.#open.clear();
    return closed;
  }

  async #openProved(month: string): Promise<void> {
    const path = this.#pathOf(month);
    const { size, mtimeMs } = await stat(path);
    const before = this.#options.closed[month];
    if (before?.bytes !== size || before.changedMs !== mtimeMs) {
      const program = programOf.resolve('@fieldwarden/history/prove-blocks');
      const request = { path, program, clock: this.#options.clock };
      const trouble = await proveOrSetAside(request, `what was kept in ${month} is missing`);
      if (trouble !== undefined) this.#options.trouble(trouble);
    }
    const found = await stat(path).catch(() => undefined);
    if (!found) return;
    this.#keep(await MonthFile.open(path, month));
    this.#untouched.set(month, { bytes: found.size, changedMs: found.mtimeMs });
  }

  #keep(file: MonthFile): void {
    const all = [...this.all(), file].sort((a, b) => (a.month < b.month ? -1 : 1));
    this.#open.clear();
    for (const one of all) this.#open.set(one.month, one);
  }

  #pathOf(month: string): string {
    return join(this.#options.folder, `history.${month}.mdb`);
  }
}
