import { isRecord } from '../document/schema-walk.js';
import type { FieldPath } from '../rules/findings.js';
import type { EditContext, NodePlace } from './edit-context.js';
import { groupEdits } from './group-edits.js';
import { listEdits } from './list-edits.js';
import type { SyntaxNode } from '../syntax/syntax-tree.js';
import { lineBreakOf, type TextEdit } from './text-edit.js';
import { blockValue, inlineValue, scalarInPlace } from './written-value.js';

const top: NodePlace = { path: [], isInFlow: false, column: -2, after: 0 };

/** What makes the text of `node` say `value`. None: it says so already. */
export function editsFor(node: SyntaxNode, value: unknown, context: EditContext, place = top): readonly TextEdit[] {
  if (saysTheSame(node, value)) return [];
  if (node.kind === 'group' && isRecord(value) && Object.keys(value).length > 0 && node.pairs.length > 0)
    return groupEdits(node, value, context, place);
  if (node.kind === 'list' && Array.isArray(value) && value.length > 0 && node.items.length > 0)
    return listEdits(node, value, context, place);
  return [replacement(node, value, context, place)];
}

/** Whether a node says what a value is. Fields that are undefined are none. */
export function saysTheSame(node: SyntaxNode, value: unknown): boolean {
  switch (node.kind) {
    case 'alias':
      return saysTheSame(node.target, value);
    case 'scalar':
      return Object.is(node.value, value) || (node.value === 0 && value === 0);
    case 'list':
      return (
        Array.isArray(value) &&
        value.length === node.items.length &&
        node.items.every((item, i) => saysTheSame(item.value, value[i]))
      );
    case 'group': {
      if (!isRecord(value)) return false;
      const names = Object.keys(value).filter((name) => value[name] !== undefined);
      if (names.length !== node.pairs.length) return false;
      return node.pairs.every((pair) => Object.hasOwn(value, pair.key) && saysTheSame(pair.value, value[pair.key]));
    }
  }
}

/** What writes out each alias, on one line. */
export function aliasEdits(node: SyntaxNode, context: EditContext, path: FieldPath = []): readonly TextEdit[] {
  switch (node.kind) {
    case 'alias':
      return [{ start: node.start, end: node.end, text: inlineValue(valueOf(node.target), path, context.style) }];
    case 'list':
      return node.items.flatMap(({ value }, i) => aliasEdits(value, context, [...path, i]));
    case 'group':
      return node.pairs.flatMap(({ key, value }) => aliasEdits(value, context, [...path, key]));
    case 'scalar':
      return [];
  }
}

function valueOf(node: SyntaxNode): unknown {
  switch (node.kind) {
    case 'alias':
      return valueOf(node.target);
    case 'list':
      return node.items.map(({ value }) => valueOf(value));
    case 'group':
      return Object.fromEntries(node.pairs.map(({ key, value }) => [key, valueOf(value)]));
    case 'scalar':
      return node.value;
  }
}

function replacement(node: SyntaxNode, value: unknown, context: EditContext, place: NodePlace): TextEdit {
  const { text, style } = context;
  const { path, isInFlow, after } = place;
  if (node.kind === 'scalar' && (typeof value !== 'object' || value === null)) {
    const written = scalarInPlace(value, node, { text, path, style });
    if (node.start === node.end) return { start: after, end: after, text: ` ${written}` };
    const isBlock = node.style === 'block' && !written.startsWith('|') && text[node.end - 1] === '\n';
    return { start: node.start, end: isBlock ? node.end - 1 : node.end, text: written };
  }
  const isEmpty = node.start === node.end;
  const lines = isInFlow || style === 'json' ? [inlineValue(value, path, style)] : blockValue(value, path);
  const isBlockBefore = (node.kind === 'group' || node.kind === 'list') && !node.isFlow;
  if (lines.length === 1) {
    const start = isEmpty || isBlockBefore ? after : node.start;
    return { start, end: Math.max(node.end, start), text: isEmpty || isBlockBefore ? ` ${lines[0]}` : lines[0] };
  }
  const indent = ' '.repeat(place.column + 2);
  const lineBreak = lineBreakOf(text);
  const block = lines.map((line) => `${lineBreak}${indent}${line}`).join('');
  const isAlone = place.after === 0 && place.path.length === 0;
  return { start: isAlone ? node.start : after, end: node.end, text: isAlone ? lines.join(lineBreak) : block };
}
