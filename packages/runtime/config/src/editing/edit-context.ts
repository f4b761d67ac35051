import type { FieldPath } from '../rules/findings.js';
import type { SyntaxNode } from '../syntax/syntax-tree.js';
import type { TextEdit } from './text-edit.js';
import type { ValueStyle } from './written-value.js';

/** The text of a tree, and how new values are written into it. */
export interface EditContext {
  readonly text: string;
  readonly style: ValueStyle;
  /** What makes the text of a node say a value. */
  readonly editsFor: (node: SyntaxNode, value: unknown, context: EditContext, place: NodePlace) => readonly TextEdit[];
}

/** Where a node stands. */
export interface NodePlace {
  readonly path: FieldPath;
  /** In brackets, or within some: no lines of its own. */
  readonly isInFlow: boolean;
  /** Of the block that the node is a member of: where its names or dashes stand. */
  readonly column: number;
  /** Behind the dash or the colon. */
  readonly after: number;
}
