import type { Service } from '@fieldwarden/admin-contract';

/** What a service says of itself as names and texts: groups by dots, lists as one line, what is null left out. */
export function detailRows(detail: Service['detail']): readonly (readonly [name: string, text: string])[] {
  return rowsOf(detail ?? {}, '');
}

function rowsOf(group: Readonly<Record<string, unknown>>, before: string): (readonly [string, string])[] {
  return Object.entries(group).flatMap(([name, value]): (readonly [string, string])[] => {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[before + name, value.map(textOf).join(', ') || 'none']];
    if (typeof value === 'object') return rowsOf(value as Readonly<Record<string, unknown>>, `${before}${name}.`);
    return [[before + name, textOf(value)]];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
