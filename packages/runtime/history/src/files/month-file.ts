import { openRecord, sealRecord } from '@fieldwarden/storage/lmdb';
import { boundBlock, unboundBlock } from '../records/block-record.js';
import {
  blockKey,
  endOfKind,
  formatKey,
  hourOf,
  readBlockKey,
  recordKinds,
  tagKey,
  type BlockPlace,
} from '../records/record-key.js';
import { decodeTag, encodeTag, type KeptTag } from '../records/tag-record.js';
import { RecordFile } from './record-file.js';

export const blockFormat = 1;

export interface SealedBlock {
  readonly place: BlockPlace;
  readonly block: Uint8Array;
}

/** `2026-11` of a time, in UTC. */
export function monthOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, -17);
}

/** Hours of a month: the first, and the first of the next one. */
export function hoursOfMonth(month: string): readonly [from: number, to: number] {
  const from = new Date(`${month}-01T00:00:00Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return [hourOf(from.getTime()), hourOf(to.getTime())];
}

/** `history.2026-11.mdb`: the blocks of a month, and the tags that have any in it. Understood without any other file. */
export class MonthFile {
  readonly month: string;
  readonly hours: readonly [from: number, to: number];
  readonly #file: RecordFile;
  readonly #tagIds = new Set<number>();

  private constructor(month: string, file: RecordFile) {
    this.month = month;
    this.hours = hoursOfMonth(month);
    this.#file = file;
  }

  static async open(path: string, month: string): Promise<MonthFile> {
    const file = await RecordFile.open(path);
    if (file.get(formatKey) === undefined) {
      file.write({ puts: [[formatKey, sealRecord(formatKey, Buffer.from(String(blockFormat)))]] });
    }
    const opened = new MonthFile(month, file);
    for (const key of file.keys(Buffer.of(recordKinds.tag), endOfKind(recordKinds.tag), 1e9)) {
      if (key.length === 5) opened.#tagIds.add(key.readUInt32BE(1));
    }
    return opened;
  }

  get path(): string {
    return this.#file.path;
  }

  get usedBytes(): number {
    return this.#file.usedBytes;
  }

  get fileBytes(): number {
    return this.#file.fileBytes;
  }

  /** Whether anything of it was ever sealed here. */
  has(tagId: number): boolean {
    return this.#tagIds.has(tagId);
  }

  tags(): readonly KeptTag[] {
    return [...this.#tagIds].flatMap((id) => {
      const stored = this.#file.get(tagKey(id));
      const content = stored && openRecord(tagKey(id), stored);
      return (content && decodeTag(id, content)) ?? [];
    });
  }

  /** In one piece; what stands under the same key is replaced. Throws what the disk says. */
  put(blocks: readonly SealedBlock[], tagOf: (id: number) => KeptTag | undefined): void {
    const news = new Set(blocks.map(({ place }) => place.tagId).filter((id) => !this.#tagIds.has(id)));
    const tags = [...news].map(tagOf).filter((tag) => tag !== undefined);
    this.#file.write({
      puts: [
        ...tags.map((tag) => [tagKey(tag.id), sealRecord(tagKey(tag.id), encodeTag(tag))] as const),
        ...blocks.map(({ place, block }) => [blockKey(place), boundBlock(blockKey(place), block)] as const),
      ],
    });
    for (const id of news) this.#tagIds.add(id);
  }

  /** Blocks of a tag in an hour, oldest generation first. */
  places(tagId: number, hour: number): readonly BlockPlace[] {
    const start = blockKey({ hour, tagId, generation: 0, part: 0 });
    const end = blockKey({ hour, tagId: tagId + 1, generation: 0, part: 0 });
    return this.#file.keys(start, end, 1e9).flatMap((key) => readBlockKey(key) ?? []);
  }

  /** Undefined where there is none; `damaged` where what stands there is not it. */
  block(place: BlockPlace): Uint8Array | 'damaged' | undefined {
    const key = blockKey(place);
    const record = this.#file.get(key);
    return record && (unboundBlock(key, record) ?? 'damaged');
  }

  /** The first hour from `hour` on that has any block. */
  nextHour(hour: number): number | undefined {
    const [key] = this.#file.keys(
      blockKey({ hour, tagId: 0, generation: 0, part: 0 }),
      endOfKind(recordKinds.block),
      1,
    );
    return key && readBlockKey(key)?.hour;
  }

  firstPlace(): BlockPlace | undefined {
    const [key] = this.#file.keys(Buffer.of(recordKinds.block), endOfKind(recordKinds.block), 1);
    return key && readBlockKey(key);
  }

  /** Removes the oldest blocks below an hour, at most `limit`; how many. */
  removeBelow(hour: number, limit: number): number {
    const keys = this.#file.keys(
      Buffer.of(recordKinds.block),
      blockKey({ hour, tagId: 0, generation: 0, part: 0 }),
      limit,
    );
    if (keys.length > 0) this.#file.write({ removes: keys });
    return keys.length;
  }

  async copyTo(path: string): Promise<void> {
    await this.#file.copyTo(path);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
