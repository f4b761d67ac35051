import type { Paint } from '../output/palette.js';

/** A piece of a line: its text without colours, so that it can be measured and cut, and what to paint it with. */
export interface ScreenCell {
  readonly text: string;
  readonly paint?: Paint;
}

/** Characters, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** Exactly `width` characters: filled up with blanks, or cut with a mark. */
export function fitted(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text + ' '.repeat(width - characters.length);
  return width <= 0 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}

export function painted({ text, paint }: ScreenCell, width: number): string {
  const content = fitted(text, width);
  return paint ? paint(content) : content;
}

/** Pieces one behind the other, filled up or cut to exactly `width`; paints stay on their pieces. */
export function line(cells: readonly ScreenCell[], width: number): string {
  let left = width;
  const parts: string[] = [];
  for (const cell of cells) {
    const length = lengthOf(cell.text);
    if (left <= 0) break;
    parts.push(painted(cell, Math.min(length, left)));
    left -= Math.min(length, left);
  }
  return parts.join('') + ' '.repeat(left);
}
