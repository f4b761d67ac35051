import { stripVTControlCharacters } from 'node:util';

const gap = '  ';

/**
 * Rows as aligned columns. Cells may be coloured; the last column is never padded. With `width` (characters of the terminal)
 * plain last cells are cut to fit.
 */
export function columns(rows: readonly (readonly string[])[], width = Infinity): string {
  const widths = columnWidths(rows);
  return rows.map((row) => `${fit(rowText(row, widths), width)}\n`).join('');
}

/** A head line above the rows; nothing at all if there are none. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], width?: number): string {
  return rows.length === 0 ? '' : columns([head, ...rows], width);
}

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, visibleLength(cell))));
  }
  return widths;
}

function rowText(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, i) => cell + ' '.repeat(widths[i] - visibleLength(cell)))
    .join(gap)
    .trimEnd();
}

function fit(line: string, width: number): string {
  const excess = visibleLength(line) - width;
  if (excess <= 0) return line;
  const lastColour = line.lastIndexOf('\u001b');
  const cut = line.length - excess - 1;
  return cut > lastColour ? `${line.slice(0, cut)}…` : line;
}

function visibleLength(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
