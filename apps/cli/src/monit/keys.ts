/** A key as its name (`up`, `enter`, `ctrl-c`) or as the character it types. */
export type Key = string;

/** What terminals send for keys without a character (ECMA-48, xterm: normal and application cursor keys). */
const sequences: Readonly<Record<string, Key>> = {
  '[A': 'up',
  '[B': 'down',
  OA: 'up',
  OB: 'down',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[5~': 'page-up',
  '[6~': 'page-down',
};

const controls: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u0003': 'ctrl-c',
  '\u001b': 'escape',
};

// a whole escape sequence, a lone escape, or one character
const keyPattern = new RegExp('\\u001b(?:\\[[0-9;]*[A-Za-z~]|O[A-Z])|[^]', 'gu');

/** The keys in one chunk of input. A terminal sends the sequence of a key in one piece; one it does not know is no key. */
export function keysIn(chunk: string): readonly Key[] {
  return [...chunk.matchAll(keyPattern)].flatMap(([text]) => {
    if (text.length > 1 && text.startsWith('\u001b')) return sequences[text.slice(1)] ?? [];
    return controls[text] ?? (text >= ' ' ? text : []);
  });
}
