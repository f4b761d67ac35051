import { openRecord, sealRecord } from '@fieldwarden/storage/lmdb';
import { decodeRows, encodeRows, type RowBatch } from '../records/row-batch.js';
import {
  endOfKind,
  factsKey,
  formatKey,
  generationOf,
  journalKey,
  recordKinds,
  tagKey,
} from '../records/record-key.js';
import { decodeTag, encodeTag, type KeptTag } from '../records/tag-record.js';
import { RecordFile } from './record-file.js';

export const journalFormat = 1;

/** What is known besides rows. */
export interface JournalFacts {
  /** When this was written: until then the gateway ran. ms since 1970 UTC. */
  readonly aliveAtMs: number;
  /** The last one that was begun. */
  readonly generation: number;
  /** Months that were closed in order, as they were then. */
  readonly closed: Readonly<Record<string, { readonly bytes: number; readonly changedMs: number }>>;
}

/**
 * `history.journal.mdb`: every tag that was ever kept, and rows that are in no block yet, by the generation in which they will be sealed.
 * What is sealed goes from here afterwards; a block of a generation that is sealed twice is the same one under the same key.
 */
export class JournalFile {
  readonly #file: RecordFile;
  #index = 0;
  #indexOf = -1;

  private constructor(file: RecordFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<JournalFile> {
    const file = await RecordFile.open(path);
    if (file.get(formatKey) === undefined) {
      file.write({ puts: [sealed(formatKey, Buffer.from(String(journalFormat)))] });
    }
    return new JournalFile(file);
  }

  get usedBytes(): number {
    return this.#file.usedBytes;
  }

  facts(): JournalFacts | undefined {
    const stored = this.#file.get(factsKey);
    const content = stored && openRecord(factsKey, stored);
    return content && (JSON.parse(content.toString()) as JournalFacts);
  }

  tags(): readonly KeptTag[] {
    const found = this.#file.records(Buffer.of(recordKinds.tag), endOfKind(recordKinds.tag));
    return found.flatMap(({ key, value }) => {
      const content = openRecord(key, value);
      return (content && decodeTag(key.readUInt32BE(1), content)) ?? [];
    });
  }

  /** Generations that wait to be sealed, oldest first. */
  generations(): readonly number[] {
    const keys = this.#file.keys(Buffer.of(recordKinds.journal), endOfKind(recordKinds.journal), 1e9);
    return [...new Set(keys.map(generationOf))];
  }

  /** Rows of a generation, oldest first, and how many records were not what was written. */
  rowsOf(generation: number): { readonly batches: readonly RowBatch[]; readonly damaged: number } {
    let damaged = 0;
    const batches: RowBatch[] = [];
    for (const { key, value } of this.#file.records(journalKey(generation, 0), journalKey(generation + 1, 0))) {
      const content = openRecord(key, value);
      if (content) batches.push(decodeRows(content));
      else damaged += 1;
    }
    return { batches, damaged };
  }

  /** In one piece. Throws what the disk says; then it is as it was. */
  append(generation: number, batches: readonly RowBatch[], tags: readonly KeptTag[], facts: JournalFacts): void {
    if (generation !== this.#indexOf) {
      this.#indexOf = generation;
      this.#index = 0;
    }
    const first = this.#index;
    this.#file.write({
      puts: [
        ...tags.map((tag) => sealed(tagKey(tag.id), encodeTag(tag))),
        ...batches.map((batch, i) => sealed(journalKey(generation, first + i), encodeRows(batch))),
        sealed(factsKey, Buffer.from(JSON.stringify(facts))),
      ],
    });
    this.#index = first + batches.length;
  }

  /** It is in blocks. */
  forget(generation: number): void {
    this.#file.write({ removes: this.#file.keys(journalKey(generation, 0), journalKey(generation + 1, 0), 1e9) });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function sealed(key: Buffer, content: Buffer): readonly [Buffer, Buffer] {
  return [key, sealRecord(key, content)];
}
