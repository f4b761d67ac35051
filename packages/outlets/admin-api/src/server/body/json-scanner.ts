/** How many values a body may have, and how deep they may be nested. */
export interface JsonLimits {
  readonly values: number;
  readonly depth: number;
}

/** A field of the outermost object, as places in the bytes: name and value with their quotes or brackets. */
export interface ScannedField {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  valueEnd: number;
}

export type Excess = 'values' | 'depth';

/** More fields than any request has: the others are not remembered. */
const maxFields = 32;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Looks at the bytes of JSON as they come in, without parsing them: counts values and levels, and remembers where the fields of the outermost
 * object are. Bytes that are no JSON are counted all the same; the parser refuses them.
 */
export class JsonScanner {
  readonly fields: ScannedField[] = [];
  readonly #limits: JsonLimits;
  #at = 0;
  #depth = 0;
  #values = 0;
  #inString = false;
  #escaped = false;
  #stringStart = 0;
  /** The last string on the first level: the name, if a colon follows. */
  #name: { readonly start: number; readonly end: number } | undefined;
  #open: ScannedField | undefined;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /** Bytes seen. */
  get length(): number {
    return this.#at;
  }

  /** Lists, groups and what commas part. */
  get values(): number {
    return this.#values;
  }

  /** What the body has too many of, from where on it is not looked at. */
  scan(chunk: Uint8Array): Excess | undefined {
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i];
      if (this.#inString) this.#inText(byte, this.#at + i);
      else if (byte === quote) {
        this.#inString = true;
        this.#stringStart = this.#at + i;
      } else if (byte === openBrace || byte === openBracket) {
        this.#depth += 1;
        this.#values += 1;
        if (this.#depth > this.#limits.depth) return 'depth';
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1;
        if (this.#depth === 0) this.#endField(this.#at + i);
      } else if (byte === comma) {
        this.#values += 1;
        if (this.#depth === 1) this.#endField(this.#at + i);
      } else if (byte === colon && this.#depth === 1) this.#beginField(this.#at + i + 1);
      if (this.#values > this.#limits.values) return 'values';
    }
    this.#at += chunk.length;
    return undefined;
  }

  #inText(byte: number, at: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) {
      this.#inString = false;
      if (this.#depth === 1 && !this.#open) this.#name = { start: this.#stringStart, end: at + 1 };
    }
  }

  #beginField(valueStart: number): void {
    if (!this.#name || this.#open || this.fields.length >= maxFields) return;
    this.#open = { nameStart: this.#name.start, nameEnd: this.#name.end, valueStart, valueEnd: valueStart };
    this.fields.push(this.#open);
    this.#name = undefined;
  }

  #endField(at: number): void {
    if (this.#open) this.#open.valueEnd = at;
    this.#open = undefined;
  }
}
