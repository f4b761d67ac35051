import { isRecord } from '../document/schema-walk.js';
import { flowInsertions, flowRemovals } from './flow-edits.js';
import type { EditContext, NodePlace } from './edit-context.js';
import { linesBehind, lineRemoval } from './line-edits.js';
import { pairUp } from './list-pairs.js';
import type { ListNode, SyntaxNode } from '../syntax/syntax-tree.js';
import { columnOf, isFirstOnLine, lineBreakOf, lineStart, type TextEdit } from './text-edit.js';
import { blockValue, inlineValue } from './written-value.js';
import { inWrittenOrder } from '../text/document-to-yaml.js';
import { yamlGroupLines } from '../text/yaml-text.js';

/** What makes a list say `value`; both have members. Members that have names (paths, ids) are found again by them. */
export function listEdits(
  node: ListNode,
  value: readonly unknown[],
  context: EditContext,
  { path, isInFlow }: NodePlace,
): readonly TextEdit[] {
  const { text } = context;
  const { items } = node;
  const isFlow = node.isFlow || isInFlow;
  const { partners, inserted } = pairUp(
    items.map((item) => nameOfNode(item.value)),
    value.map(nameOfValue),
  );
  const column = columnOf(text, items[0].start);
  const changed = items.flatMap((item, i) => {
    const partner = partners[i];
    if (partner === undefined) return [];
    const place = {
      path: [...path, partner],
      isInFlow: isFlow,
      column,
      after: isFlow ? item.value.start : item.start + 1,
    };
    return context.editsFor(item.value, value[partner], context, place);
  });
  const kept = partners.map((partner) => partner !== undefined);
  const change = { node, kept, inserted, value, context, path, column };
  return [...changed, ...(isFlow ? inFlow(change) : inBlock(change))];
}

interface ListChange {
  readonly node: ListNode;
  /** By place of the item. */
  readonly kept: readonly boolean[];
  /** Place of the item behind which they go (-1 = before all) → places in the value. */
  readonly inserted: ReadonlyMap<number, readonly number[]>;
  readonly value: readonly unknown[];
  readonly context: EditContext;
  readonly path: NodePlace['path'];
  readonly column: number;
}

function inFlow({ node, kept, inserted, value, context, path }: ListChange): readonly TextEdit[] {
  const members = node.items.map(({ start, value: { end } }) => ({ start, end }));
  const insertions = [...inserted].flatMap(([after, places]) => {
    const texts = places.map((i) => inlineValue(value[i], [...path, i], context.style));
    return flowInsertions(context.text, node, { members, kept, after, texts });
  });
  return [...flowRemovals(members, kept), ...insertions];
}

function inBlock({ node, kept, inserted, value, context, path, column }: ListChange): readonly TextEdit[] {
  const { text } = context;
  const { items } = node;
  const lineBreak = lineBreakOf(text);
  const removed = items.flatMap((_item, i) => (kept[i] ? [] : [removal(text, node, i)]));
  const isOnLines = items.some((item) => item.value.kind === 'group' && !item.value.isFlow);
  const added = [...inserted].map(([after, places]): TextEdit => {
    const lines = places
      .flatMap((i) => itemLines(value[i], [...path, i], isOnLines))
      .map((line) => ' '.repeat(column) + line);
    if (after >= 0) return linesBehind(text, endOfItem(node, after), lines, lineBreak);
    const at = lineStart(text, items[0].start);
    if (isFirstOnLine(text, items[0].start))
      return { start: at, end: at, text: lines.map((line) => line + lineBreak).join('') };
    const rest = lines
      .map((line) => line + lineBreak)
      .join('')
      .trimStart();
    return { start: items[0].start, end: items[0].start, text: rest + ' '.repeat(column) };
  });
  return [...removed, ...added];
}

function itemLines(value: unknown, path: NodePlace['path'], isOnLines: boolean): readonly string[] {
  const isLong = isOnLines && isRecord(value) && Object.keys(value).length > 0;
  const lines = isLong ? yamlGroupLines(inWrittenOrder(value, path) as typeof value) : blockValue(value, path);
  return lines.map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
}

function endOfItem({ items }: ListNode, i: number): number {
  return Math.max(items[i].start + 1, items[i].value.end);
}

function removal(text: string, node: ListNode, i: number): TextEdit {
  const { start } = node.items[i];
  if (isFirstOnLine(text, start)) return lineRemoval(text, start, endOfItem(node, i));
  return { start, end: node.items[i + 1]?.start ?? endOfItem(node, i), text: '' };
}

/** What a member is found again by: its path, id or name; a scalar by itself. */
const nameFields = ['path', 'id', 'name'];

function nameOfValue(value: unknown): unknown {
  if (!isRecord(value)) return typeof value === 'object' ? undefined : value;
  return nameFields.map((field) => value[field]).find((name) => typeof name === 'string');
}

function nameOfNode(node: SyntaxNode): unknown {
  if (node.kind === 'alias') return nameOfNode(node.target);
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return undefined;
  const names = nameFields.map((field) => node.pairs.find(({ key }) => key === field)?.value);
  return names
    .map((name) => (name?.kind === 'scalar' ? name.value : undefined))
    .find((name) => typeof name === 'string');
}
