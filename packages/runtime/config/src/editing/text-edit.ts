/** What stands from `start` to `end` is replaced by `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Those of one place in the order in which they were made. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const inOrder = [...edits].sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, text: written } of inOrder) {
    if (start > done) parts.push(text.slice(done, start));
    parts.push(written);
    done = Math.max(done, end);
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** Of the line on which `at` stands. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Where a line ends: before its line break, behind its comment. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  if (newline < 0) return text.length;
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline;
}

/** Nothing but blanks before it on its line. */
export function isFirstOnLine(text: string, at: number): boolean {
  return text.slice(lineStart(text, at), at).trim() === '';
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** As the text has them. */
export function lineBreakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
