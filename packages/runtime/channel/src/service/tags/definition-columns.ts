import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { protocolError } from '../../wire/channel-error.js';

/**
 * One field of many tag definitions. What few tags have in common (driver, type, access, scan time) is said once; a field that this
 * code knows nothing of travels like any other.
 */
export interface DefinitionColumn {
  readonly field: string;
  /** Each value once, or, without `rows`, one per tag. */
  readonly values: readonly unknown[];
  /** Per tag: which of the values, counted from 1; 0: the tag has no such field. */
  readonly rows: Uint32Array | undefined;
}

/** Definitions → columns. */
export function definitionColumns(definitions: readonly TagDefinition[]): DefinitionColumn[] {
  const fields = new Set<string>();
  for (const definition of definitions) for (const field of Object.keys(definition)) fields.add(field);
  return [...fields].map((field) => columnOf(field, definitions));
}

/** Columns → definitions. Throws kind `protocol` for columns that are not of so many tags. */
export function definitionsOf(columns: readonly DefinitionColumn[], count: number): TagDefinition[] {
  const definitions: Record<string, unknown>[] = Array.from({ length: count }, () => ({}));
  for (const { field, values, rows } of columns) {
    if ((rows?.length ?? values.length) !== count) throw protocolError(`a column ${field} of another length`);
    for (let row = 0; row < count; row += 1) {
      const index = rows ? rows[row] - 1 : row;
      if (index >= values.length) throw protocolError(`a column ${field} without the value that it names`);
      if (index >= 0) definitions[row][field] = values[index];
    }
  }
  if (!definitions.every(isDefinition)) throw protocolError('a tag without path or type');
  return definitions as unknown as TagDefinition[];
}

function columnOf(field: string, definitions: readonly TagDefinition[]): DefinitionColumn {
  const places = new Map<unknown, number>();
  const values: unknown[] = [];
  const rows = new Uint32Array(definitions.length);
  for (const [row, definition] of definitions.entries()) {
    const value: unknown = Reflect.get(definition, field);
    if (value === undefined) continue;
    const key = keyOf(value);
    let place = places.get(key);
    if (place === undefined) {
      place = values.push(value);
      places.set(key, place);
    }
    rows[row] = place;
  }
  // As many values as tags: each has its own, in their order.
  return { field, values, rows: values.length === definitions.length ? undefined : rows };
}

/** Same for values that are equal. Objects are told from texts by what no text begins with. */
function keyOf(value: unknown): unknown {
  return typeof value === 'object' ? `\u0000${JSON.stringify(value, keepNumber)}` : value;
}

/** JSON has no infinity. */
function keepNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? `\u0000${value}` : value;
}

function isDefinition({ path, type }: Readonly<Record<string, unknown>>): boolean {
  return typeof path === 'string' && typeof type === 'object' && type !== null;
}
