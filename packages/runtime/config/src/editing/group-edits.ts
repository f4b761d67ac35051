import type { PairNode, GroupNode } from '../syntax/syntax-tree.js';
import type { EditContext, NodePlace } from './edit-context.js';
import { lineRemoval, linesBehind } from './line-edits.js';
import { flowInsertions, flowRemovals } from './flow-edits.js';
import { columnOf, isFirstOnLine, lineBreakOf, type TextEdit } from './text-edit.js';
import { blockValue, inlineValue, keyText } from './written-value.js';

/** What makes a group say `value`; both have fields. */
export function groupEdits(
  node: GroupNode,
  value: Readonly<Record<string, unknown>>,
  context: EditContext,
  { path, isInFlow }: NodePlace,
): readonly TextEdit[] {
  const has = (key: string): boolean => Object.hasOwn(value, key) && value[key] !== undefined;
  const isFlow = node.isFlow || isInFlow;
  const column = columnOf(context.text, node.pairs[0].at.start);
  const changed = node.pairs
    .filter(({ key }) => has(key))
    .flatMap((pair) =>
      context.editsFor(pair.value, value[pair.key], context, {
        path: [...path, pair.key],
        isInFlow: isFlow,
        column,
        after: pair.at.afterColon,
      }),
    );
  const kept = node.pairs.map(({ key }) => has(key));
  const known = new Set(node.pairs.map(({ key }) => key));
  const added = Object.keys(value).filter((key) => has(key) && !known.has(key));
  return [...changed, ...(isFlow ? inFlow : inBlock)({ node, kept, added, value, context, path, column })];
}

interface GroupChange {
  readonly node: GroupNode;
  /** By place of the pair. */
  readonly kept: readonly boolean[];
  readonly added: readonly string[];
  readonly value: Readonly<Record<string, unknown>>;
  readonly context: EditContext;
  readonly path: NodePlace['path'];
  readonly column: number;
}

function inFlow({ node, kept, added, value, context, path }: GroupChange): readonly TextEdit[] {
  const { style } = context;
  const members = node.pairs.map(({ at, value: member }) => ({
    start: at.start,
    end: endOfPair(at.afterColon, member.end),
  }));
  const texts = added.map((key) => `${keyText(key, style)}: ${inlineValue(value[key], [...path, key], style)}`);
  return [
    ...flowRemovals(members, kept),
    ...flowInsertions(context.text, node, { members, kept, after: members.length - 1, texts }),
  ];
}

function endOfPair(afterColon: number, end: number): number {
  return Math.max(afterColon, end);
}

function inBlock({ node, kept, added, value, context, path, column }: GroupChange): readonly TextEdit[] {
  const { text } = context;
  const { pairs } = node;
  const removed = pairs.flatMap((_pair, i) => (kept[i] ? [] : [removal(text, pairs, i)]));
  if (added.length === 0) return removed;
  const lineBreak = lineBreakOf(text);
  const short: string[] = [];
  const long: string[] = [];
  for (const key of added) {
    const lines = blockValue(value[key], [...path, key]);
    const name = keyText(key, 'yaml');
    const isShort = lines.length === 1;
    const written = isShort ? [`${name}: ${lines[0]}`] : [`${name}:`, ...lines.map((line) => `  ${line}`)];
    (isShort ? short : long).push(...written.map((line) => `${' '.repeat(column)}${line}`));
  }
  const last = pairs.length - 1;
  return [
    ...removed,
    ...insertion(text, pairs, shortPlace(text, pairs), short, lineBreak),
    ...insertion(text, pairs, last, long, lineBreak),
  ];
}

/** What is short stands before what is long: behind the last pair before the first one of several lines. */
function shortPlace(text: string, pairs: readonly PairNode[]): number {
  const firstLong = pairs.findIndex(({ at, value }) => text.slice(at.start, value.end).includes('\n'));
  return firstLong > 0 ? firstLong - 1 : pairs.length - 1;
}

function insertion(
  text: string,
  pairs: readonly PairNode[],
  behind: number,
  lines: readonly string[],
  lineBreak: string,
): readonly TextEdit[] {
  if (lines.length === 0) return [];
  return [linesBehind(text, endOfPair(pairs[behind].at.afterColon, pairs[behind].value.end), lines, lineBreak)];
}

/** With its line, the comment at its end included. Comments on lines of their own stay. */
function removal(text: string, pairs: readonly PairNode[], i: number): TextEdit {
  const { at, value } = pairs[i];
  const end = endOfPair(at.afterColon, value.end);
  if (isFirstOnLine(text, at.start)) return lineRemoval(text, at.start, end);
  return { start: at.start, end: pairs[i + 1]?.at.start ?? end, text: '' };
}
