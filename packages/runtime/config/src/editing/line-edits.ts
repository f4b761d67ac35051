import { lineEnd, lineStart, type TextEdit } from './text-edit.js';

/** Whole lines behind the one on which something ends; behind the text of a block scalar there is no such line. */
export function linesBehind(text: string, end: number, lines: readonly string[], lineBreak: string): TextEdit {
  if (end > 0 && text[end - 1] === '\n')
    return { start: end, end, text: lines.map((line) => line + lineBreak).join('') };
  const at = lineEnd(text, end);
  return { start: at, end: at, text: lines.map((line) => lineBreak + line).join('') };
}

/** Something with its line, the comment at its end included. */
export function lineRemoval(text: string, start: number, end: number): TextEdit {
  const from = lineStart(text, start);
  const isEnded = end > 0 && text[end - 1] === '\n';
  const to = isEnded ? end - 1 : lineEnd(text, end);
  if (from === 0) return { start: 0, end: afterLine(text, to), text: '' };
  const before = text[from - 2] === '\r' ? from - 2 : from - 1;
  return { start: before, end: to, text: '' };
}

function afterLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}
