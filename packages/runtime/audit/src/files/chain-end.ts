import { open } from 'node:fs/promises';
import { chainBegin, linkOf, type ChainPosition } from '../chain/audit-row.js';
import { linesBackward, readAt } from './read-lines.js';
import { currentName, segmentsOf } from './segments.js';

/** What the files say of where the chain is. */
export interface ChainEnd {
  readonly position: ChainPosition;
  /** Of the last row; undefined without any. */
  readonly lastLine: Buffer | undefined;
  /** First row of the current file; undefined while it has none. */
  readonly firstSeq: number | undefined;
  /** Bytes of the current file up to its last end of line. */
  readonly wholeBytes: number;
  /** Behind it: a row that was being written when the process ended. */
  readonly torn: Buffer;
  /** Lines at the end that are no rows. */
  readonly strangeLines: number;
}

/** More of a torn line is not kept. */
const maxTornBytes = 64 << 10;

/** Looks no further than it must: at the end of the newest file that has a row. */
export async function chainEndOf(folder: string): Promise<ChainEnd> {
  const segments = await segmentsOf(folder);
  let end: ChainEnd = { position: chainBegin, lastLine: undefined, firstSeq: undefined, wholeBytes: 0, torn: Buffer.alloc(0), strangeLines: 0 }; // prettier-ignore
  for (const { name, path } of segments.toReversed()) {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (name === currentName) end = { ...end, ...(await tailOf(file, size)) };
      const found = await lastRow(file, size);
      end = { ...end, strangeLines: end.strangeLines + found.strangeLines };
      if (!found.position) continue;
      const firstSeq = name === currentName ? await firstSeqOf(file, found.position.seq) : undefined;
      // A line that is no row may have been one.
      const position = { ...found.position, seq: found.position.seq + end.strangeLines };
      return { ...end, position, lastLine: found.line, firstSeq };
    } finally {
      await file.close();
    }
  }
  return end;
}

type OpenFile = Awaited<ReturnType<typeof open>>;

async function tailOf(file: OpenFile, size: number): Promise<Pick<ChainEnd, 'wholeBytes' | 'torn'>> {
  for await (const lines of linesBackward(file, size)) {
    const last = lines.at(0);
    if (!last) continue;
    const wholeBytes = last.start + last.line.length + 1;
    return { wholeBytes, torn: await readAt(file, wholeBytes, Math.min(size - wholeBytes, maxTornBytes)) };
  }
  return { wholeBytes: 0, torn: await readAt(file, 0, Math.min(size, maxTornBytes)) };
}

async function lastRow(
  file: OpenFile,
  size: number,
): Promise<{ readonly position?: ChainPosition; readonly line?: Buffer; readonly strangeLines: number }> {
  let strangeLines = 0;
  for await (const lines of linesBackward(file, size)) {
    for (const { line } of lines) {
      const link = linkOf(line);
      if (link) return { position: { seq: link.seq, hash: link.hash }, line: Buffer.from(line), strangeLines };
      strangeLines += 1;
    }
  }
  return { strangeLines };
}

async function firstSeqOf(file: OpenFile, atMost: number): Promise<number> {
  const seq = /^\{"seq":(\d{1,16}),/.exec((await readAt(file, 0, 32)).toString('latin1'))?.[1];
  return seq === undefined ? atMost : Number(seq);
}
