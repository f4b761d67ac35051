import { setImmediate } from 'node:timers/promises';
import { encodeBlock } from '@fieldwarden/history-kit';
import type { SealedBlock } from '../files/month-file.js';
import type { MonthFiles } from '../files/month-files.js';
import { hourMs } from '../records/record-key.js';
import { partsOf } from './column-parts.js';
import type { OpenRows } from './open-rows.js';
import type { TagCatalogue } from './tag-catalogue.js';

/** Work between two looks at what else is to be done. */
const stretchMs = 10;
/** Bytes of one transaction. */
const transactionBytes = 4 << 20;

/**
 * Makes blocks of a generation, tag by tag. Done twice it writes the same under the same keys. Rejects with what the disk says; what was
 * written so far stands, and readers leave it out while the rows are in memory.
 */
export async function seal(rows: OpenRows, catalogue: TagCatalogue, files: MonthFiles): Promise<void> {
  const waiting = new Map<number, SealedBlock[]>();
  let bytes = 0;
  let until = performance.now() + stretchMs;
  for (const tagId of rows.tagIds()) {
    const tag = catalogue.of(tagId);
    const column = tag && rows.columnOf(tagId, tag.type);
    if (!column) continue;
    for (const { hour, part, column: values } of partsOf(column)) {
      const block = encodeBlock(values);
      const place = { hour, tagId, generation: rows.generation, part };
      const blocks = waiting.get(hour) ?? [];
      if (blocks.length === 0) waiting.set(hour, blocks);
      blocks.push({ place, block });
      bytes += block.length;
    }
    if (bytes > transactionBytes) {
      await write(waiting, catalogue, files);
      bytes = 0;
    }
    if (performance.now() > until) {
      await setImmediate();
      until = performance.now() + stretchMs;
    }
  }
  await write(waiting, catalogue, files);
}

async function write(waiting: Map<number, SealedBlock[]>, catalogue: TagCatalogue, files: MonthFiles): Promise<void> {
  for (const [hour, blocks] of [...waiting].sort(([a], [b]) => a - b)) {
    const file = await files.of(hour * hourMs);
    file.put(blocks, (id) => catalogue.of(id));
  }
  waiting.clear();
}
