/** Thrown for anything that is not read here: not a finding. */
class NotRead extends Error {}

export const notRead = new NotRead('not read here');

export const sign = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  hash: 0x23,
  apostrophe: 0x27,
  comma: 0x2c,
  dash: 0x2d,
  colon: 0x3a,
  question: 0x3f,
  openList: 0x5b,
  closeList: 0x5d,
  openGroup: 0x7b,
  closeGroup: 0x7d,
} as const;

/** Nothing plain begins with these; a dash, a colon and a question mark may, unless a space follows. */
export const indicators: ReadonlySet<number> = new Set(
  Array.from(',[]{}#&*!|>\'"%@`', (character) => character.charCodeAt(0)),
);

export function isOpening(code: number): boolean {
  return code === sign.openGroup || code === sign.openList;
}

export function isFlowSign(code: number): boolean {
  return code === sign.comma || code === sign.openList || code === sign.closeList || isGroupSign(code);
}

function isGroupSign(code: number): boolean {
  return code === sign.openGroup || code === sign.closeGroup;
}

export function isLineEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === sign.return && text.charCodeAt(at + 1) !== sign.newline) throw notRead;
  return code === sign.newline || code === sign.return;
}

export function afterLine(text: string, at: number): number {
  if (at >= text.length) return at;
  return text.charCodeAt(at) === sign.return ? at + 2 : at + 1;
}

export function endOfComment(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  if (newline < 0) return text.length;
  return text.charCodeAt(newline - 1) === sign.return ? newline - 1 : newline;
}

export function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return Number.isNaN(code) || code === sign.space || code === sign.newline || code === sign.return;
}

/** What may follow a dash, a colon or a question mark that begins a plain scalar. */
export function isSafe(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return !isBlank(text, at) && code !== sign.tab && !isFlowSign(code);
}

/** Of a document's start or end, or a directive. */
export function isMarker(text: string, at: number, column: number): boolean {
  if (column !== 0) return false;
  return text.startsWith('---', at) || text.startsWith('...', at) || text.startsWith('%', at);
}
