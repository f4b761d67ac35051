import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 64 << 10;

/** Much longer than any row: what has no end within it was not written here, and is cut there. */
const maxLineBytes = 1 << 20;

const newline = 0x0a;

/** Lines of one piece of a file, without their ends. */
export type Lines = readonly Buffer[];

export interface LastPiece {
  /** What stands behind the last end of line. */
  readonly torn: Buffer;
}

/** The lines between the beginning and `end`, piece by piece; gives back what stands behind the last whole one. */
export async function* linesForward(file: FileHandle, end: number): AsyncGenerator<Lines, LastPiece> {
  let rest: Buffer = Buffer.alloc(0);
  for (let at = 0; at < end;) {
    const chunk = await readAt(file, at, Math.min(chunkBytes, end - at));
    if (chunk.length === 0) break; // somebody made it shorter meanwhile
    at += chunk.length;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const { lines, restAt } = cut(bytes);
    rest = bytes.subarray(restAt);
    if (rest.length > maxLineBytes) {
      lines.push(rest);
      rest = Buffer.alloc(0);
    }
    yield lines;
  }
  return { torn: rest };
}

/** A line, and where it begins. */
export interface PlacedLine {
  readonly line: Buffer;
  readonly start: number;
}

/** The whole lines that end at or before `end`, the last one first, piece by piece. */
export async function* linesBackward(file: FileHandle, end: number): AsyncGenerator<readonly PlacedLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  let at = end;
  let isTail = true;
  while (at > 0) {
    const from = Math.max(0, at - chunkBytes);
    const chunk = await readAt(file, from, at - from);
    if (chunk.length < at - from) return;
    at = from;
    let bytes = rest.length === 0 ? chunk : Buffer.concat([chunk, rest]);
    if (isTail) {
      bytes = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
      isTail = bytes.length === 0;
    }
    const begin = at === 0 ? 0 : bytes.indexOf(newline) + 1;
    if (at > 0 && (begin === 0 || begin === bytes.length)) {
      if (bytes.length > maxLineBytes) return;
      rest = bytes;
      continue;
    }
    rest = bytes.subarray(0, begin);
    yield placed(bytes.subarray(begin), at + begin);
  }
}

function placed(bytes: Buffer, start: number): readonly PlacedLine[] {
  const { lines } = cut(bytes);
  let at = start;
  const all = lines.map((line) => {
    const one = { line, start: at };
    at += line.length + 1;
    return one;
  });
  return all.reverse();
}

function cut(bytes: Buffer): { readonly lines: Buffer[]; readonly restAt: number } {
  const lines: Buffer[] = [];
  let restAt = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, restAt)) {
    lines.push(bytes.subarray(restAt, at));
    restAt = at + 1;
  }
  return { lines, restAt };
}

/** As many bytes as there are. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let have = 0;
  while (have < length) {
    const { bytesRead } = await file.read(buffer, have, length - have, position + have);
    if (bytesRead === 0) break;
    have += bytesRead;
  }
  return buffer.subarray(0, have);
}
