import { GatewayError, statusCodes, type DataType } from '@fieldwarden/core';

/** Nodes of one page, whatever was asked for. */
export const maxDiscoveredNodes = 1_000;

/** Longest cursor, in characters. */
export const maxCursorLength = 4_096;

/** What somebody who browses a device wants to see. Plain data. */
export interface DiscoverQuery {
  /** Address of the node to look under; undefined = the top. */
  readonly parent: string | undefined;
  /**
   * Undefined: the children of `parent`. Else every node at any depth below `parent` whose name or address contains this text, in
   * upper or lower case alike. Never empty.
   */
  readonly text: string | undefined;
  /** What the previous page ended with; undefined for the first. The other fields are those of the first page. */
  readonly cursor: string | undefined;
  /** At most so many nodes in this answer: 1 to `maxDiscoveredNodes`. */
  readonly limit: number;
}

export interface DiscoveredPage {
  /** In an order that stays the same from page to page. May be empty although there are more: a search that goes on. */
  readonly nodes: readonly DiscoveredNode[];
  /** For the next page; undefined when this was the last. Best made so that the session keeps nothing. At most `maxCursorLength`. */
  readonly nextCursor: string | undefined;
}

export interface DiscoveredNode {
  /** Address to use for a tag, or to discover further. */
  readonly address: string;
  readonly name: string;
  readonly type?: DataType;
  readonly writable?: boolean;
  readonly hasChildren: boolean;
}

/**
 * One page of a list that the driver has at hand: all children, or with `text` all nodes below. The cursor is a position in the list.
 * Throws kind `rejected`, `BadContinuationPointInvalid`, for a cursor that is no such position.
 */
export function discoveredPage(nodes: readonly DiscoveredNode[], query: DiscoverQuery): DiscoveredPage {
  const { text, cursor, limit } = query;
  const found = text === undefined ? nodes : nodes.filter((node) => matches(node, text.toLowerCase()));
  const from = cursor === undefined ? 0 : positionOf(cursor, found.length);
  const to = from + limit;
  return { nodes: found.slice(from, to), nextCursor: to < found.length ? String(to) : undefined };
}

function matches({ name, address }: DiscoveredNode, lowerCaseText: string): boolean {
  return name.toLowerCase().includes(lowerCaseText) || address.toLowerCase().includes(lowerCaseText);
}

function positionOf(cursor: string, length: number): number {
  const position = /^[1-9]\d{0,9}$/.test(cursor) ? Number(cursor) : Infinity;
  if (position < length) return position;
  throw new GatewayError({
    code: 'CURSOR_INVALID',
    kind: 'rejected',
    status: statusCodes.BadContinuationPointInvalid,
    message: `${cursor} is not where a page of this list ends`,
  });
}
