import { plainValue } from './plain-scalar.js';
import { readQuoted, type ScalarStyle } from './quoted-scalar.js';
import {
  afterLine,
  endOfComment,
  indicators,
  isBlank,
  isFlowSign,
  isLineEnd,
  isMarker,
  isOpening,
  isSafe,
  notRead,
  sign,
} from './yaml-signs.js';

/** What is made of what is read. `Node` is whatever stands for a scalar, a list or a group. */
export interface YamlBuilder<Node, Group, List> {
  scalar(value: string | number | boolean | null, style: ScalarStyle, start: number, end: number): Node;
  group(start: number, isFlow: boolean): Group;
  /** False if the group has the key already. */
  pair(group: Group, key: string, at: KeyPlace, value: Node): boolean;
  endGroup(group: Group, end: number): Node;
  list(start: number, isFlow: boolean): List;
  /** `start`: of the dash, in a block list. */
  item(list: List, start: number, value: Node): void;
  endList(list: List, end: number): Node;
}

export interface KeyPlace {
  readonly start: number;
  readonly end: number;
  /** Behind the colon. */
  readonly afterColon: number;
}

/** Nested deeper is somebody else's to read. */
const maxDepth = 64;

/** The library allows no longer ones. */
const maxKeyLength = 1_000;

/** The way to the address of a tag; numbers that stand there are taken as they are written. */
const addressPath = ['drivers', null, 'devices', null, 'tags', null, 'address'];

/**
 * Reads the YAML that plants are written in: block groups and lists, flow groups and lists, plain and quoted scalars on one line,
 * comments. One pass, no tokens: a fiftieth of the library's time and memory. Undefined for everything else (anchors, tags, block
 * scalars, scalars over several lines, tabs, several documents, keys twice) and for every mistake: that is for the library to read
 * and to tell. What it reads, it reads as the library does.
 */
export function readYaml<Node, Group, List>(text: string, builder: YamlBuilder<Node, Group, List>): Node | undefined {
  try {
    return new YamlReader(text, builder).document();
  } catch (error) {
    if (error === notRead) return undefined;
    throw error;
  }
}

class YamlReader<Node, Group, List> {
  readonly #text: string;
  readonly #builder: YamlBuilder<Node, Group, List>;
  /** At the next token, once `#nextToken` or a read of a node has moved it. */
  #at = 0;
  /** Column of the next token; -1 at the end. */
  #column = -1;
  readonly #path: (string | null)[] = [];

  constructor(text: string, builder: YamlBuilder<Node, Group, List>) {
    this.#text = text;
    this.#builder = builder;
  }

  document(): Node {
    if (this.#text.includes('\ufeff')) throw notRead;
    const start = /^---\r?\n/.exec(this.#text)?.[0].length ?? 0;
    this.#at = start;
    this.#nextToken();
    if (this.#column < 0) throw notRead;
    const isFlow = isOpening(this.#text.charCodeAt(this.#at));
    const node = isFlow ? this.#flow(-1) : this.#block();
    if (isFlow) this.#endOfLine();
    if (this.#column >= 0) throw notRead;
    return node;
  }

  /** From the start of a line to the first sign that is neither blank nor comment. */
  #nextToken(): void {
    const text = this.#text;
    for (let at = this.#at; ;) {
      const start = at;
      while (text.charCodeAt(at) === sign.space) at += 1;
      const code = text.charCodeAt(at);
      if (Number.isNaN(code)) {
        this.#at = at;
        this.#column = -1;
        return;
      }
      if (code === sign.hash) at = endOfComment(text, at);
      if (isLineEnd(text, at)) {
        at = afterLine(text, at);
        continue;
      }
      if (at >= text.length) continue;
      if (code === sign.tab || isMarker(text, at, at - start)) throw notRead;
      this.#at = at;
      this.#column = at - start;
      return;
    }
  }

  /** Behind a node: blanks and a comment, and the next token. */
  #endOfLine(): void {
    const text = this.#text;
    let at = this.#at;
    while (text.charCodeAt(at) === sign.space) at += 1;
    if (text.charCodeAt(at) === sign.hash && at > this.#at) at = endOfComment(text, at);
    if (at < text.length && !isLineEnd(text, at)) throw notRead;
    this.#at = afterLine(text, at);
    this.#nextToken();
  }

  /** At a token in its column: a block list or a block group. */
  #block(): Node {
    if (this.#path.length > maxDepth) throw notRead;
    return this.#isDash() ? this.#blockList() : this.#blockGroup();
  }

  #isDash(): boolean {
    return this.#text.charCodeAt(this.#at) === sign.dash && isBlank(this.#text, this.#at + 1);
  }

  #blockList(): Node {
    const column = this.#column;
    const list = this.#builder.list(this.#at, false);
    let end = this.#at;
    this.#path.push(null);
    while (this.#column === column && this.#isDash()) {
      const start = this.#at;
      const afterDash = start + 1;
      this.#at = afterDash;
      const value = this.#value(column, afterDash, false);
      this.#builder.item(list, start, value);
      end = this.#end;
    }
    this.#path.pop();
    if (this.#column > column) throw notRead;
    return this.#builder.endList(list, end);
  }

  /** Of the node that was read last. */
  #end = 0;

  #blockGroup(): Node {
    const column = this.#column;
    const group = this.#builder.group(this.#at, false);
    let end = this.#at;
    while (this.#column === column && !this.#isDash()) {
      const start = this.#at;
      const key = this.#key(false);
      const place = { start, end: this.#end, afterColon: this.#at };
      this.#path.push(key);
      const value = this.#value(column, this.#at, true);
      this.#path.pop();
      if (!this.#builder.pair(group, key, place, value)) throw notRead;
      end = this.#end;
    }
    if (this.#column > column) throw notRead;
    this.#end = end;
    return this.#builder.endGroup(group, end);
  }

  /** Behind a dash or a colon. Leaves the reader at the next token that is not part of the value. */
  #value(column: number, after: number, mayHaveListBelow: boolean): Node {
    const text = this.#text;
    let at = this.#at;
    while (text.charCodeAt(at) === sign.space) at += 1;
    const code = text.charCodeAt(at);
    if (at >= text.length || isLineEnd(text, at) || (code === sign.hash && at > after)) {
      this.#endOfLine();
      const isBelow = this.#column > column || (mayHaveListBelow && this.#column === column && this.#isDash());
      if (isBelow) return this.#below();
      this.#end = after;
      return this.#builder.scalar(null, 'plain', after, after);
    }
    this.#at = at;
    if (!mayHaveListBelow) return this.#afterDash(column + (at - after) + 1);
    return this.#inLine(column);
  }

  #below(): Node {
    if (isOpening(this.#text.charCodeAt(this.#at))) throw notRead;
    return this.#block();
  }

  /** A list or a group may begin on the line of a dash. */
  #afterDash(column: number): Node {
    this.#column = column;
    if (this.#isDash() || this.#isKey()) return this.#block();
    return this.#inLine(column - 1);
  }

  /** Looks ahead only. */
  #isKey(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    if (isOpening(code)) return false;
    const { end } = this.#scalar(false);
    let at = end;
    while (this.#text.charCodeAt(at) === sign.space) at += 1;
    return this.#text.charCodeAt(at) === sign.colon && isBlank(this.#text, at + 1);
  }

  /** A scalar or a flow collection that ends its line. What follows must not stand deeper than `column`. */
  #inLine(column: number): Node {
    const isFlow = isOpening(this.#text.charCodeAt(this.#at));
    const node = isFlow ? this.#flow(column) : this.#scalarNode(false);
    const end = this.#end;
    this.#endOfLine();
    if (this.#column > column) throw notRead;
    this.#end = end;
    return node;
  }

  /** With its colon. */
  #key(isInFlow: boolean): string {
    const { value, end, style } = this.#scalar(isInFlow);
    const key = style === 'plain' ? this.#text.slice(this.#at, end) : (value as string);
    if (end - this.#at > maxKeyLength || key === '__proto__' || key === '<<') throw notRead;
    this.#end = end;
    let at = end;
    while (this.#text.charCodeAt(at) === sign.space) at += 1;
    if (this.#text.charCodeAt(at) !== sign.colon) throw notRead;
    const isAdjacent = isInFlow && style !== 'plain';
    if (!isAdjacent && !isBlank(this.#text, at + 1)) throw notRead;
    this.#at = at + 1;
    return key;
  }

  #scalarNode(isInFlow: boolean): Node {
    const start = this.#at;
    const { value, end, style } = this.#scalar(isInFlow);
    const isAddress = typeof value === 'number' && this.#isAtAddress();
    this.#at = end;
    this.#end = end;
    return this.#builder.scalar(isAddress ? this.#text.slice(start, end) : value, style, start, end);
  }

  #isAtAddress(): boolean {
    const path = this.#path;
    return (
      path.length === addressPath.length && path[6] === 'address' && addressPath.every((name, i) => path[i] === name)
    );
  }

  /** At its first sign; moves nothing. */
  #scalar(isInFlow: boolean): { value: string | number | boolean | null; end: number; style: ScalarStyle } {
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    if (code === sign.quote || code === sign.apostrophe) {
      const quoted = readQuoted(text, this.#at);
      if (quoted === undefined) throw notRead;
      return quoted;
    }
    const end = this.#plainEnd(isInFlow);
    return { value: plainValue(text.slice(this.#at, end)), end, style: 'plain' };
  }

  #plainEnd(isInFlow: boolean): number {
    const text = this.#text;
    const first = text.charCodeAt(this.#at);
    const isRisky = first === sign.dash || first === sign.colon || first === sign.question;
    if (indicators.has(first) || (isRisky && !isSafe(text, this.#at + 1))) throw notRead;
    let end = this.#at;
    for (let at = this.#at; ; at += 1) {
      const code = text.charCodeAt(at);
      if (Number.isNaN(code) || code === sign.newline || code === sign.return) break;
      if (code === sign.tab) throw notRead;
      if (code === sign.space) continue;
      if (code === sign.hash && text.charCodeAt(at - 1) === sign.space) break;
      if (code === sign.colon && (isBlank(text, at + 1) || (isInFlow && isFlowSign(text.charCodeAt(at + 1))))) break;
      if (isInFlow && isFlowSign(code)) break;
      end = at + 1;
    }
    return end;
  }

  /** A flow collection on lines that all stand deeper than `column`. */
  #flow(column: number): Node {
    if (this.#path.length > maxDepth) throw notRead;
    const isList = this.#text.charCodeAt(this.#at) === sign.openList;
    return isList ? this.#flowList(column) : this.#flowGroup(column);
  }

  #flowList(column: number): Node {
    const list = this.#builder.list(this.#at, true);
    this.#at += 1;
    this.#path.push(null);
    for (let isFirst = true; !this.#closes(column, sign.closeList, isFirst); isFirst = false) {
      const start = this.#at;
      this.#builder.item(list, start, this.#flowNode(column));
    }
    this.#path.pop();
    this.#end = this.#at;
    return this.#builder.endList(list, this.#at);
  }

  #flowGroup(column: number): Node {
    const group = this.#builder.group(this.#at, true);
    this.#at += 1;
    for (let isFirst = true; !this.#closes(column, sign.closeGroup, isFirst); isFirst = false) {
      const start = this.#at;
      const key = this.#key(true);
      const place = { start, end: this.#end, afterColon: this.#at };
      this.#flowBlanks(column);
      this.#path.push(key);
      const value = this.#flowNode(column);
      this.#path.pop();
      if (!this.#builder.pair(group, key, place, value)) throw notRead;
    }
    this.#end = this.#at;
    return this.#builder.endGroup(group, this.#at);
  }

  #flowNode(column: number): Node {
    return isOpening(this.#text.charCodeAt(this.#at)) ? this.#flow(column) : this.#scalarNode(true);
  }

  /** Between members: true when the collection has ended, and then behind its last sign. Else at the next member. */
  #closes(column: number, closing: number, isFirst: boolean): boolean {
    this.#flowBlanks(column);
    if (!isFirst && this.#text.charCodeAt(this.#at) === sign.comma) {
      this.#at += 1;
      this.#flowBlanks(column);
    } else if (!isFirst && this.#text.charCodeAt(this.#at) !== closing) throw notRead;
    if (this.#text.charCodeAt(this.#at) !== closing) return false;
    this.#at += 1;
    return true;
  }

  #flowBlanks(column: number): void {
    const text = this.#text;
    let at = this.#at;
    for (let lineStart = -1; ;) {
      while (text.charCodeAt(at) === sign.space) at += 1;
      const isComment = text.charCodeAt(at) === sign.hash && (lineStart >= 0 || text.charCodeAt(at - 1) === sign.space);
      if (isComment) at = endOfComment(text, at);
      if (!isLineEnd(text, at)) {
        if (lineStart >= 0 && (at - lineStart <= column || isMarker(text, at, at - lineStart))) throw notRead;
        this.#at = at;
        return;
      }
      at = afterLine(text, at);
      lineStart = at;
    }
  }
}
