import { messageOf } from '@fieldwarden/core';
import { decodeBlock, readBlockHead, type BlockHead, type HistoryColumn } from '@fieldwarden/history-kit';
import type { MonthFiles } from '../files/month-files.js';
import type { MonthFile } from '../files/month-file.js';
import type { BlockPlace } from '../records/record-key.js';

export interface FoundBlock {
  readonly head: BlockHead;
  /** The head was sound, and with it every byte. */
  readonly load: () => HistoryColumn;
}

/** Blocks of the months. One that is damaged is left out, and told. */
export class BlockReader {
  readonly #files: MonthFiles;
  readonly #damaged: (what: string) => void;

  constructor(files: MonthFiles, damaged: (what: string) => void) {
    this.#files = files;
    this.#damaged = damaged;
  }

  /** Those of a tag in an hour, but those of some generations. */
  ofHour(tagId: number, hour: number, without: ReadonlySet<number>): readonly FoundBlock[] {
    const file = this.#files.ofHour(hour);
    if (file?.has(tagId) !== true) return [];
    return (
      this.#guard(file, () =>
        file
          .places(tagId, hour)
          .filter(({ generation }) => !without.has(generation))
          .flatMap((place) => this.#found(file, place) ?? []),
      ) ?? []
    );
  }

  #found(file: MonthFile, place: BlockPlace): FoundBlock | undefined {
    return this.#guard(file, () => {
      const block = file.block(place);
      if (block === undefined) return undefined;
      if (block === 'damaged') throw new Error('a block is not what was written');
      return { head: readBlockHead(block), load: () => decodeBlock(block) };
    });
  }

  #guard<T>(file: MonthFile, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#damaged(`${file.path}: ${messageOf(error)}`);
      return undefined;
    }
  }
}
