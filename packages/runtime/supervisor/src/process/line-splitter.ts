import { StringDecoder } from 'node:string_decoder';

/** SPEC §4.8. */
const maxLineBytes = 16 * 1024;

/** Cuts a byte stream into lines of at most 16 KiB; the rest of a longer one is dropped up to its end. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #partial = '';
  #overlong = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const pieces = this.#decoder.write(chunk).split('\n');
    for (const piece of pieces.slice(0, -1)) {
      this.#append(piece);
      this.#endLine();
    }
    this.#append(pieces[pieces.length - 1]);
  }

  /** The stream ended; what has no line end is a line too. */
  end(): void {
    this.#append(this.#decoder.end());
    if (this.#partial !== '') this.#endLine();
  }

  #append(text: string): void {
    if (this.#overlong) return;
    this.#partial += text;
    if (this.#partial.length <= maxLineBytes) return;
    this.#partial = `${this.#partial.slice(0, maxLineBytes)} [cut]`;
    this.#overlong = true;
  }

  #endLine(): void {
    const line = this.#partial.endsWith('\r') ? this.#partial.slice(0, -1) : this.#partial;
    this.#partial = '';
    this.#overlong = false;
    this.#onLine(line);
  }
}
