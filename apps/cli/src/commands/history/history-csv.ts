import type { TagHistory } from '@fieldwarden/admin-contract';

export const csvHead = 'path,at,value,status\r\n';

/** A row per point, as RFC 4180 has it: `line/speed,2030-01-01T00:00:00.000Z,12.5,Good`. Lists are JSON, no value is nothing. */
export function csvRows({ path, points }: TagHistory): string {
  return points
    .map(({ sourceAt, value, status }) => `${cell(path)},${sourceAt},${cell(textOf(value))},${status}\r\n`)
    .join('');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
