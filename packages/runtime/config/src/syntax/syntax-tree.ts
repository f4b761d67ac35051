import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type ParsedNode } from 'yaml';
import { keepAddressesAsWritten } from './tag-addresses.js';
import type { ScalarStyle } from './quoted-scalar.js';
import { readYaml, type KeyPlace, type YamlBuilder } from './yaml-reader.js';

/** What stands where in a text: YAML, and with it JSON. Places are offsets; `end` is behind the last sign, without blanks and comments. */
export type SyntaxNode = ScalarNode | GroupNode | ListNode | AliasNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: ScalarStyle;
  readonly start: number;
  readonly end: number;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly isFlow: boolean;
  readonly pairs: PairNode[];
  readonly start: number;
  readonly end: number;
}

export interface PairNode {
  readonly key: string;
  readonly at: KeyPlace;
  readonly value: SyntaxNode;
}

export interface ListNode {
  readonly kind: 'list';
  readonly isFlow: boolean;
  readonly items: ItemNode[];
  readonly start: number;
  readonly end: number;
}

export interface ItemNode {
  /** Of the dash, in a block list. */
  readonly start: number;
  readonly value: SyntaxNode;
}

/** `*name`; the anchor's own node stands elsewhere. */
export interface AliasNode {
  readonly kind: 'alias';
  readonly target: SyntaxNode;
  readonly start: number;
  readonly end: number;
}

type Open<N> = { -readonly [field in keyof N]: N[field] };

const treeBuilder: YamlBuilder<SyntaxNode, Open<GroupNode> & { names?: Set<string> }, Open<ListNode>> = {
  scalar: (value, style, start, end) => ({ kind: 'scalar', value, style, start, end }),
  group: (start, isFlow) => ({ kind: 'group', isFlow, pairs: [], start, end: start }),
  pair(group, key, at, value) {
    const isKnown = group.pairs.length < fewPairs ? group.pairs.some((pair) => pair.key === key) : hasName(group, key);
    group.pairs.push({ key, at, value });
    group.names?.add(key);
    return !isKnown;
  },
  endGroup: (group, end) => Object.assign(group, { end }),
  list: (start, isFlow) => ({ kind: 'list', isFlow, items: [], start, end: start }),
  item: (list, start, value) => void list.items.push({ start, value }),
  endList: (list, end) => Object.assign(list, { end }),
};

const fewPairs = 16;

function hasName(group: Open<GroupNode> & { names?: Set<string> }, key: string): boolean {
  group.names ??= new Set(group.pairs.map((pair) => pair.key));
  return group.names.has(key);
}

/** Undefined for a text with mistakes. */
export function syntaxTree(text: string): SyntaxNode | undefined {
  return readYaml(text, treeBuilder) ?? libraryTree(text);
}

function libraryTree(text: string): SyntaxNode | undefined {
  const document = parseDocument(text, {
    keepSourceTokens: true,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  if (document.errors.length > 0 || !document.contents) return undefined;
  keepAddressesAsWritten(document);
  return nodeOf(document.contents, { text, document, known: new Map() });
}

interface Reading {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly known: Map<Node, SyntaxNode>;
}

function nodeOf(node: ParsedNode, reading: Reading): SyntaxNode {
  const made = makeNode(node, reading);
  reading.known.set(node, made);
  return made;
}

function makeNode(node: ParsedNode, reading: Reading): SyntaxNode {
  const [start, end] = node.range;
  if (isAlias(node)) {
    const target = node.resolve(reading.document);
    const known = target && reading.known.get(target);
    if (!known) throw new RangeError('an alias without an anchor');
    return { kind: 'alias', target: known, start, end };
  }
  if (isMap(node)) {
    const pairs = node.items.map((pair, i) => pairOf(pair, tokensOf(node, i), reading));
    return { kind: 'group', isFlow: node.flow === true, pairs, start, end: node.flow ? end : endOf(pairs, end) };
  }
  if (isSeq(node)) {
    const items = node.items.map((item, i) => itemOf(item, tokensOf(node, i), reading));
    return { kind: 'list', isFlow: node.flow === true, items, start, end: node.flow ? end : endOf(items, end) };
  }
  const { value, type } = node;
  return { kind: 'scalar', value: value as ScalarNode['value'], style: styleOf(type), start, end };
}

function endOf(members: readonly { readonly value: SyntaxNode }[], fallback: number): number {
  return members.at(-1)?.value.end ?? fallback;
}

/** Tokens before a member, with their places. */
interface MemberTokens {
  readonly start: readonly Token[];
  readonly sep: readonly Token[];
}

interface Token {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
}

function tokensOf({ srcToken }: { readonly srcToken?: unknown }, i: number): MemberTokens {
  const { items = [] } = (srcToken ?? {}) as { readonly items?: readonly Partial<MemberTokens>[] };
  // A list that stands on one line with its brackets has its commas among the tokens; an empty first item is left off.
  const { start = [], sep = [] } = items[i] ?? {};
  return { start, sep };
}

function pairOf(
  pair: { readonly key: unknown; readonly value: unknown },
  { sep }: MemberTokens,
  reading: Reading,
): PairNode {
  const key = pair.key as ParsedNode;
  const [start, end] = key.range;
  const colon = sep.find(({ type }) => type === 'map-value-ind')?.offset ?? reading.text.indexOf(':', end);
  const place = { start, end, afterColon: colon + 1 };
  const value = nodeOrNull(pair.value, place.afterColon, reading);
  return { key: String(isScalar(key) ? key.value : key), at: place, value };
}

function itemOf(item: unknown, { start }: MemberTokens, reading: Reading): ItemNode {
  const dash = start.find(({ type }) => type === 'seq-item-ind')?.offset;
  const value = nodeOrNull(item, dash === undefined ? 0 : dash + 1, reading);
  const anchor = start.find(({ type }) => type === 'anchor' || type === 'tag')?.offset;
  return { start: dash ?? anchor ?? value.start, value };
}

function nodeOrNull(node: unknown, place: number, reading: Reading): SyntaxNode {
  if (node !== null && node !== undefined) return nodeOf(node as ParsedNode, reading);
  return { kind: 'scalar', value: null, style: 'plain', start: place, end: place };
}

function styleOf(type: string | null | undefined): ScalarStyle {
  if (type === 'QUOTE_DOUBLE') return 'double';
  if (type === 'QUOTE_SINGLE') return 'single';
  return type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' ? 'block' : 'plain';
}
