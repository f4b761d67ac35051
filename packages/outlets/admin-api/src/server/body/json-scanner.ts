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
  readonly valueEnd: number;
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
  /** The last string of the first level: a name, if a colon follows. */
  #name: { readonly start: number; readonly end: number } | undefined;
  /** After a colon of the first level. */
  #field: { readonly name: { readonly start: number; readonly end: number }; readonly start: number } | undefined;

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

  /** What the body has too many of; what comes then is not looked at. One loop over locals: every byte of a large body comes by. */
  scan(chunk: Uint8Array): Excess | undefined {
    const { depth: maxDepth, values: maxValues } = this.#limits;
    let inString = this.#inString;
    let depth = this.#depth;
    let values = this.#values;
    let excess: Excess | undefined;
    let i = 0;
    if (this.#escaped && chunk.length > 0) {
      this.#escaped = false;
      i = 1;
    }
    for (; i < chunk.length; i += 1) {
      const byte = chunk[i];
      if (inString) {
        if (byte === backslash) {
          i += 1;
          this.#escaped = i >= chunk.length;
        } else if (byte === quote) {
          inString = false;
          if (depth === 1) this.#endString(this.#at + i + 1);
        }
      } else if (byte === quote) {
        inString = true;
        this.#stringStart = this.#at + i;
      } else if (byte === comma) {
        values += 1;
        if (depth === 1) this.#endField(this.#at + i);
      } else if (byte === openBrace || byte === openBracket) {
        depth += 1;
        values += 1;
        if (depth > maxDepth) excess = 'depth';
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (depth === 0) this.#endField(this.#at + i);
      } else if (byte === colon && depth === 1) this.#beginField(this.#at + i + 1);
      if (values > maxValues) excess = 'values';
      if (excess) break;
    }
    this.#inString = inString;
    this.#depth = depth;
    this.#values = values;
    this.#at += chunk.length;
    return excess;
  }

  #endString(end: number): void {
    if (!this.#field) this.#name = { start: this.#stringStart, end };
  }

  #beginField(start: number): void {
    if (this.#name && !this.#field) this.#field = { name: this.#name, start };
  }

  #endField(end: number): void {
    if (this.#field && this.fields.length < maxFields) {
      const { name, start } = this.#field;
      this.fields.push({ nameStart: name.start, nameEnd: name.end, valueStart: start, valueEnd: end });
    }
    this.#field = undefined;
    this.#name = undefined;
  }
}
