import { columnOf, lineStart, lineBreakOf, type TextEdit } from './text-edit.js';

/** Where a member of a flow collection stands, without its comma. */
export interface FlowMember {
  readonly start: number;
  readonly end: number;
}

/** Takes members out with their commas. */
export function flowRemovals(members: readonly FlowMember[], kept: readonly boolean[]): readonly TextEdit[] {
  const lastKept = kept.lastIndexOf(true);
  return members.flatMap(({ start, end }, i) => {
    if (kept[i]) return [];
    if (i < lastKept) return [{ start, end: members[i + 1].start, text: '' }];
    return [{ start: i === 0 ? start : members[i - 1].end, end, text: '' }];
  });
}

export interface FlowInsertion {
  readonly members: readonly FlowMember[];
  readonly kept: readonly boolean[];
  /** Place of the member behind which the texts go; -1 = before the first. */
  readonly after: number;
  readonly texts: readonly string[];
}

/** On lines of their own where the others have such. */
export function flowInsertions(
  text: string,
  { start }: { readonly start: number },
  { members, kept, after, texts }: FlowInsertion,
): readonly TextEdit[] {
  if (texts.length === 0) return [];
  const separator = separatorIn(text, start, members);
  const isAnyBefore = kept.slice(0, after + 1).includes(true);
  const joined = texts.join(separator);
  if (after < 0) return [{ start: members[0].start, end: members[0].start, text: joined + separator }];
  const at = members[after].end;
  if (isAnyBefore) return [{ start: at, end: at, text: separator + joined }];
  // All before it go; what stays behind brings no comma of its own.
  const isAnyBehind = kept.slice(after + 1).includes(true);
  return [{ start: at, end: at, text: isAnyBehind ? joined + separator : joined }];
}

function separatorIn(text: string, opening: number, members: readonly FlowMember[]): string {
  const [first, second] = members;
  const between = second ? text.slice(first.end, second.start) : text.slice(opening, first.start);
  if (!between.includes('\n')) return ', ';
  const { start } = second ?? first;
  return `,${lineBreakOf(text)}${text.slice(lineStart(text, start), start).match(/^\s*/)?.[0] ?? ' '.repeat(columnOf(text, start))}`;
}
