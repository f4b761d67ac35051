import { outOfRange } from './checks.js';

/** What fills a text of fixed length behind its end: NUL, blanks, or bytes 0xFF as in erased memory. */
export const textPaddings = ['nul', 'space', 'ff'] as const;

export type TextPadding = (typeof textPaddings)[number];

const characters: Readonly<Record<TextPadding, readonly [narrow: string, wide: string]>> = {
  nul: ['\0', '\0'],
  space: [' ', ' '],
  ff: ['\xff', '\uffff'],
};

/** The character that pads texts of one byte (or, `wide`, two bytes) a character. */
export function paddingCharacter(padding: TextPadding, width: 'narrow' | 'wide' = 'narrow'): string {
  return characters[padding][width === 'wide' ? 1 : 0];
}

/** What a device holds, without what is no text: it ends at the first NUL, and before the padding at its end. */
export function withoutPadding(text: string, character: string): string {
  const nul = text.indexOf('\0');
  let end = nul < 0 ? text.length : nul;
  while (end > 0 && text[end - 1] === character) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Padding at the end of a text would not come back: throws kind `config`, code `VALUE_OUT_OF_RANGE`. */
export function requireUnpadded(text: string, character: string): void {
  if (character === '\0' || !text.endsWith(character)) return;
  const named = character === ' ' ? 'a space' : 'ÿ';
  throw outOfRange(JSON.stringify(text), `a text that does not end with ${named}, which pads texts in this device`);
}
