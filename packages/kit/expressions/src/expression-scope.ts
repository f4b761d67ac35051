import type { DataType } from '@fieldwarden/core';
import type { ExpressionType } from './expression-type.js';

/** What an expression may refer to, where it stands. */
export interface ExpressionScope {
  /** The data type of a tag; undefined for a path that no tag has. */
  readonly typeOf: (path: string) => DataType | undefined;
  /** Paths for "did you mean"; asked only when one is unknown. Default: no suggestion. */
  readonly pathsLike?: (path: string) => readonly string[];
  /** Folder that `{./speed}` and `{../speed}` start from: of the tag that is calculated. Undefined: relative paths are a finding. */
  readonly folder?: string;
  /** Values by name: ports of a flow node, `value` of a switch. */
  readonly names?: Readonly<Record<string, ExpressionType>>;
  /** What the result has to be: `bool` for a guard. Default: anything. */
  readonly wanted?: ExpressionType | 'number';
}
