/** The quote that begins a text which does not end before `end`: the last one that does not stand for itself (`\"`, `''`). */
export function openingQuote(text: string, quote: '"' | "'", end: number): number {
  let at = text.lastIndexOf(quote, end - 1);
  while (at > 0) {
    const before = text[at - 1];
    if (quote === '"' && before === '\\') at = text.lastIndexOf(quote, at - 1);
    else if (quote === "'" && before === "'") at = text.lastIndexOf(quote, at - 2);
    else break;
  }
  return Math.max(at, 0);
}

const closings: Readonly<Record<string, string>> = { ']': '[', '}': '{' };

/** The bracket that is still open at `end`; undefined if none is. Brackets in quotes and comments are not looked for. */
export function openBracket(text: string, end: number): number | undefined {
  const open: number[] = [];
  for (const { 0: sign, index } of text.slice(0, end).matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|(?:^|\s)#.*$|[[\]{}]/gm)) {
    if (sign === '[' || sign === '{') open.push(index);
    else if (sign in closings && text[open.at(-1) ?? -1] === closings[sign]) open.pop();
  }
  return open.at(-1);
}
