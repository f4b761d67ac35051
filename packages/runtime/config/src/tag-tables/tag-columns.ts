import type { TagDocument } from '../document/tag-schema.js';
import type { CsvCell } from './csv-records.js';
import { isRecord } from '../document/schema-walk.js';
import { tagFields, type CellKind } from '../document/tag-fields.js';

export interface TagColumn {
  /** Of the header: the field's place in a tag, joined by dots. */
  readonly name: string;
  readonly field: readonly string[];
  readonly kind: CellKind;
}

/** Which device a row belongs to. */
export const placeColumns = ['driver', 'device'] as const;

/** Every field of a tag, in the order in which people read them. */
export const tagColumns: readonly TagColumn[] = Object.values(tagFields)
  .flatMap(({ columns }) => columns)
  .map(([name, kind]) => ({ name, field: name.split('.'), kind }));

export const csvColumns = {
  known: [...placeColumns, ...tagColumns.map(({ name }) => name)],
  required: [...placeColumns, 'path', 'address', 'dataType'],
};

/** What stands in a column of a tag; undefined where the tag says nothing. */
export function cellOf(tag: TagDocument, { field: [first, second], kind }: TagColumn): string | undefined {
  const value = (tag as Readonly<Record<string, unknown>>)[first];
  if (kind === 'group') return value === undefined ? undefined : JSON.stringify(value);
  if (kind === 'values') return value === undefined ? undefined : valuesText(value);
  if (second === undefined) return scalarText(value);
  return isRecord(value) ? scalarText(value[second]) : undefined;
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** A text as it is, unless it would be read as something else. */
function valuesText(value: unknown): string {
  return typeof value === 'string' && valuesOf(value) === value ? value : JSON.stringify(value);
}

/** Undefined for a list that is none. */
function valuesOf(cell: string): unknown {
  const text = cell.trim();
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  if (/^[["]/.test(text)) return parsedJson(text);
  return numberOf(cell) ?? cell;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Puts what a cell says into a tag under construction. Returns what is wrong with the cell, for people. */
export function putCell(tag: Record<string, unknown>, { field, kind }: TagColumn, cell: CsvCell): string | undefined {
  if (cell === undefined) return undefined;
  const value = readers[kind](cell);
  if (value === undefined) return `must be ${expectations[kind]}, not ${JSON.stringify(cell.slice(0, 40))}`;
  const [first, second] = field;
  if (second === undefined) tag[first] = value;
  else tag[first] = { ...(tag[first] as object | undefined), [second]: value };
  return undefined;
}

const readers: Readonly<Record<CellKind, (cell: string) => unknown>> = {
  text: (cell) => cell,
  number: numberOf,
  flag: flagOf,
  values: valuesOf,
  group: groupOf,
};

const expectations = {
  text: 'a text',
  number: 'a number such as 1500 or 0.5, with a point and no separators',
  flag: 'true or false',
  values: 'a number, a text, or a list such as [32767, -32768]',
  group: 'a group in JSON, such as {"jsonPath": "$.value"}',
};

function numberOf(cell: string): number | undefined {
  const text = cell.trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Spreadsheets write them in capitals. */
function flagOf(cell: string): boolean | undefined {
  const text = cell.trim().toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function groupOf(cell: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(cell);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
