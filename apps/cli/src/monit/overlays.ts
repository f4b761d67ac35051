import type { Palette } from '../output/palette.js';
import type { ScreenCell } from './cells.js';
import { monitActions } from './monit-actions.js';

const otherKeys: readonly (readonly [keys: string, meaning: string])[] = [
  ['↑ ↓ j k', 'select a driver'],
  ['Enter', 'menu of actions'],
  ['e · l', 'events · log of the selected driver'],
  ['q', 'quit'],
];

/** All keys. */
export function helpLines(palette: Palette): readonly (readonly ScreenCell[])[] {
  const rows = [
    ...monitActions.map(({ key, action, description }) => [key, `${action}: ${description}`] as const),
    ...otherKeys,
  ];
  return rows.map(([keys, meaning]) => [{ text: ` ${keys.padEnd(9)}`, paint: palette.strong }, { text: meaning }]);
}

/** The actions, the one at `index` chosen. */
export function menuLines(index: number, palette: Palette): readonly (readonly ScreenCell[])[] {
  return monitActions.map(({ key, action, description }, i) => {
    const text = `${i === index ? '›' : ' '} ${key}  ${action.padEnd(12)}  ${description} `;
    return [i === index ? { text, paint: palette.selected } : { text }];
  });
}
