import type { Service } from '@fieldwarden/admin-contract';
import { counted } from '../../format/numbers.js';

const mostListed = 20;

/** What a service says of itself as names and texts: groups by dots, lists as one line where they are short, what is null left out. */
export function detailRows(detail: Service['detail']): readonly (readonly [name: string, text: string])[] {
  return rowsOf(detail ?? {}, '');
}

function rowsOf(group: Readonly<Record<string, unknown>>, before: string): (readonly [string, string])[] {
  return Object.entries(group).flatMap(([name, value]): (readonly [string, string])[] => {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[before + name, listText(value)]];
    if (typeof value === 'object') return rowsOf(value as Readonly<Record<string, unknown>>, `${before}${name}.`);
    return [[before + name, textOf(value)]];
  });
}

/** What does not fit a line is counted: curves, tables. */
function listText(list: readonly unknown[]): string {
  const isLong = list.length > mostListed || list.some((value) => typeof value === 'object' && value !== null);
  return isLong ? counted(list.length, 'entry', 'entries') : list.map(textOf).join(', ') || 'none';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
