import { chainBegin, isUnchanged, linkOf, rowOf, type ChainLink, type ChainPosition } from './audit-row.js';

/** A place where the chain is not as it was written. */
export interface ChainFlaw {
  /** The first row that is missing, changed, or not in its place. */
  readonly seq: number;
  readonly file: string;
  /** Counts from 1; null = behind the last line. */
  readonly line: number | null;
  readonly message: string;
}

/** More flaws than anybody reads; the rest is counted. */
const maxFlaws = 20;

const removalMark = '"action":"audit"';

/**
 * Looks at the lines of all files in their order. A flaw does not end it: the chain is taken up again behind it, so that a row lost long ago hides
 * no later change.
 */
export class ChainCheck {
  readonly flaws: ChainFlaw[] = [];
  /** Flaws beyond those that are kept. */
  more = 0;
  rows = 0;
  #last: ChainPosition = chainBegin;
  /** The first row that is there when it is not the first of all: until a row says that those before were removed. */
  #opening: { readonly link: ChainLink; readonly file: string } | undefined;
  readonly #known: ChainPosition | undefined;

  /** `known`: a row whose hash is kept elsewhere, too. */
  constructor(known?: ChainPosition) {
    this.#known = known;
  }

  get last(): ChainPosition {
    return this.#last;
  }

  /** `bytes`: one line without its end. */
  take(bytes: Buffer, file: string, line: number): void {
    const expected = this.#last.seq + 1;
    const link = linkOf(bytes);
    if (!link) {
      this.#flaw({ seq: expected, file, line, message: `line ${line} of ${file} is no row of the audit` });
      return;
    }
    this.rows += 1;
    const { seq } = link;
    if (seq < expected) {
      const message = `row ${seq} stands where row ${expected} should, in line ${line} of ${file}: it was put there`;
      this.#flaw({ seq, file, line, message });
      return;
    }
    if (this.rows === 1 && seq > 1) this.#opening = { link, file };
    else if (seq > expected) this.#flaw({ seq: expected, file, line, message: `${missing(expected, seq - 1)} before line ${line} of ${file}` }); // prettier-ignore
    else if (link.prev !== this.#last.hash)
      this.#flaw({ seq, file, line, message: `row ${seq} does not follow on the row before it (line ${line} of ${file})` }); // prettier-ignore
    if (!isUnchanged(bytes, link)) this.#flaw({ seq, file, line, message: `row ${seq} was changed (line ${line} of ${file})` }); // prettier-ignore
    if (this.#known?.seq === seq && this.#known.hash !== link.hash)
      this.#flaw({ seq, file, line, message: `row ${seq} is not the one that was written: its hash was kept beside the audit` }); // prettier-ignore
    this.#last = link;
    if (this.#opening && bytes.includes(removalMark)) this.#takeRemoval(bytes, this.#opening.link);
  }

  /** When there are no more lines. `file`: the newest. */
  end(file: string): void {
    if (this.#opening) {
      const { link, file: first } = this.#opening;
      const message = `${missing(1, link.seq - 1)}, and no row says that they were removed`;
      this.flaws.unshift({ seq: 1, file: first, line: 1, message });
    }
    if (!this.#known || this.#known.seq <= this.#last.seq) return;
    const from = this.#last.seq + 1;
    this.#flaw({ seq: from, file, line: null, message: `${missing(from, this.#known.seq)} at the end of ${file}` });
  }

  #takeRemoval(bytes: Buffer, { seq, prev }: ChainLink): void {
    const removed = rowOf(bytes)?.before as { readonly lastSeq?: unknown; readonly lastHash?: unknown } | null;
    if (removed?.lastSeq === seq - 1 && removed.lastHash === prev) this.#opening = undefined;
  }

  #flaw(flaw: ChainFlaw): void {
    if (this.flaws.length < maxFlaws) this.flaws.push(flaw);
    else this.more += 1;
  }
}

function missing(from: number, to: number): string {
  return from === to ? `row ${from} is missing` : `rows ${from} to ${to} are missing`;
}
