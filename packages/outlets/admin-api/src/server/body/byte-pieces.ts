/** Bytes as they came, in pieces: large ones are never copied into one. */
export class BytePieces {
  readonly #pieces: Buffer[] = [];
  #length = 0;

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  get length(): number {
    return this.#length;
  }

  /** The part from `start` to `end` (not included), in its pieces. */
  part(start: number, end: number): readonly Buffer[] {
    const part: Buffer[] = [];
    let at = 0;
    for (const piece of this.#pieces) {
      if (at < end && at + piece.length > start) part.push(piece.subarray(Math.max(0, start - at), end - at));
      at += piece.length;
    }
    return part;
  }

  /** Of short parts. */
  copy(start = 0, end = this.#length): Buffer {
    return Buffer.concat(this.part(start, end));
  }
}

const blanks: ReadonlySet<number> = new Set([0x20, 0x0a, 0x0d, 0x09]);

/** Blanks around a value are few, or it is no value that people send. */
const maxBlanks = 4_096;

/** Without the blanks around it. */
export function trimmed(bytes: BytePieces, start: number, end: number): readonly [start: number, end: number] {
  const head = bytes.copy(start, Math.min(end, start + maxBlanks));
  const tail = bytes.copy(Math.max(start, end - maxBlanks), end);
  const leading = head.findIndex((byte) => !blanks.has(byte));
  const trailing = tail.length - 1 - tail.findLastIndex((byte) => !blanks.has(byte));
  return leading < 0 || trailing >= tail.length ? [start, end] : [start + leading, end - trailing];
}
