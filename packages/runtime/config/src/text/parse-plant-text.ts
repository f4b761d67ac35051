import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { messageOf } from '@fieldwarden/core';
import { Findings, maxFindings, type FieldPath, type Locate, type TextPosition } from '../rules/findings.js';
import { jsonPlaces } from './json-places.js';
import { parseJson } from './parse-json.js';
import { putTagLines, takeTagLines } from './tag-lines.js';
import { checkNoNul } from './utf8-text.js';
import type { Finding } from '@fieldwarden/gateway-contract';

export interface ParsedText {
  /** Undefined if the text is neither YAML nor JSON. */
  readonly document: unknown;
  readonly findings: readonly Finding[];
  readonly locate: Locate;
}

/**
 * Text of a plant document (YAML 1.2, and with it JSON) → plain values. Never throws: syntax errors are findings of rule
 * `syntax` with line and column.
 *
 * Addresses of tags are taken as they are written, also where YAML sees a number: `000001` keeps its zeros and `400001.10`
 * is bit 10, not bit 1.
 */
export function parsePlantText(text: string): ParsedText {
  const encoding = new Findings();
  if (!checkNoNul(text, encoding)) return { document: undefined, findings: encoding.list, locate: () => undefined };
  const json = parseJson(text);
  if (json !== undefined) return { document: json, findings: [], locate: jsonPlaces(text) };
  try {
    const document = parseByTagLines(text);
    return document === undefined ? parse(text) : { document, findings: [], locate: lazily(text) };
  } catch (error) {
    // Nesting beyond the stack, or more aliases than the library unfolds.
    const findings = new Findings();
    findings.error([], 'syntax', `the document cannot be read: ${messageOf(error)}`);
    return { document: undefined, findings: findings.list, locate: () => undefined };
  }
}

function parse(text: string): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const locate: Locate = (path) => positionOf(path, document, lines);
  if (document.errors.length > 0) return { document: undefined, findings: syntaxFindings(document, lines), locate };
  keepAddressesAsWritten(document);
  return { document: document.toJS() as unknown, findings: [], locate };
}

/** Undefined if the text is not of the kind, or wrong: it is then read, and told about, as a whole. */
function parseByTagLines(text: string): unknown {
  const lines = takeTagLines(text);
  if (lines === undefined) return undefined;
  const { document, findings } = parse(lines.text);
  return findings.length === 0 && putTagLines(document, lines) ? document : undefined;
}

/** Where what was not read with its places is asked for only when there is something to tell. */
function lazily(text: string): Locate {
  let locate: Locate | undefined;
  return (path) => (locate ??= locatorOf(text))(path);
}

/** A text may be nested deeper than the YAML parser follows where it need not; findings then come without places. */
function locatorOf(text: string): Locate {
  try {
    return parse(text).locate;
  } catch {
    return () => undefined;
  }
}

function syntaxFindings({ errors }: Document.Parsed, lines: LineCounter): readonly Finding[] {
  return errors.slice(0, maxFindings).map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    const where = `line ${line}, column ${col}`;
    return { path: '', rule: 'syntax', message: `${where}: ${message}`, severity: 'error', line, column: col };
  });
}

function positionOf(path: FieldPath, document: Document.Parsed, lines: LineCounter): TextPosition | undefined {
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const step of path) {
    const child = childOf(node, step, document);
    if (child === undefined) break;
    node = child.node;
    offset = child.offset ?? offset;
  }
  if (offset === undefined) return undefined;
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

interface Child {
  readonly node: unknown;
  /** A field begins with its name. */
  readonly offset: number | undefined;
}

function childOf(parent: unknown, step: string | number, document: Document.Parsed): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node) && typeof step === 'number') {
    const item: unknown = node.items[step];
    return item === undefined ? undefined : { node: item, offset: offsetOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => keyOf(item) === step);
  return pair && { node: pair.value, offset: offsetOf(pair.key) };
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keepAddressesAsWritten(document: Document.Parsed): void {
  visit(document, {
    Pair: (_key, pair, ancestors) => {
      if (!isAddressOfTag(pair, ancestors)) return undefined;
      const { value } = pair;
      if (isScalar(value) && typeof value.value === 'number' && value.source !== undefined) value.value = value.source;
      return visit.SKIP;
    },
  });
}

type Ancestors = readonly (Document | Node | Pair)[];

/** document, map, drivers, list, map, devices, list, map, tags, list, map: the way down to a field of a tag. */
const depthOfTagField = 11;
const namesOnTheWay: readonly (readonly [depth: number, name: string])[] = [
  [2, 'drivers'],
  [5, 'devices'],
  [8, 'tags'],
];

function isAddressOfTag(pair: Pair, ancestors: Ancestors): boolean {
  if (ancestors.length !== depthOfTagField || keyOf(pair) !== 'address' || !isMap(ancestors[10])) return false;
  return namesOnTheWay.every(([depth, name]) => keyOf(ancestors[depth]) === name && isSeq(ancestors[depth + 1]));
}

function keyOf(node: unknown): unknown {
  return isPair(node) && isScalar(node.key) ? node.key.value : undefined;
}
