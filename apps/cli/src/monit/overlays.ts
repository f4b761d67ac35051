import type { DriverAction } from '@fieldwarden/gateway-contract';
import type { Palette } from '../output/palette.js';
import type { ScreenCell } from './cells.js';
import { monitActions, type MonitAction } from './monit-actions.js';

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

/** The actions that are offered, the chosen one marked. */
export function menuLines(
  offered: readonly MonitAction[],
  chosen: DriverAction,
  palette: Palette,
): readonly (readonly ScreenCell[])[] {
  return offered.map(({ key, action, description }) => {
    const text = `${action === chosen ? '›' : ' '} ${key}  ${action.padEnd(12)}  ${description} `;
    return [action === chosen ? { text, paint: palette.selected } : { text }];
  });
}
