import type { DriverRegistry } from '@fieldwarden/driver';
import { readCsv, type CsvRow } from './csv-records.js';
import type { Findings } from '../rules/findings.js';
import type { PlantDocument } from '../document/plant-document.js';
import { csvColumns, putCell, tagColumns } from './tag-columns.js';
import { TagTable, type ImportMode, type TagImport } from './tag-table.js';

export interface TagImportOptions {
  /** Default: replace. */
  readonly mode?: ImportMode;
  /** With it, addresses are checked too. */
  readonly registry?: DriverRegistry;
}

/**
 * Puts the tags of a table into a document (SPEC §7.1): all or nothing. A table brings tags only: drivers and devices must be in the
 * document, and devices that the table does not name stay as they are. Pure; what is wrong is a finding, never a throw.
 */
export function importTagsCsv(text: string, document: PlantDocument, options: TagImportOptions = {}): TagImport {
  const { rows, findings } = readCsv(text, csvColumns);
  const table = new TagTable(document, findings, options.registry);
  for (const row of rows) {
    const device = table.device(row.cells.get('driver'), row.cells.get('device'), row.number);
    const tag = tagOf(row, findings);
    if (device) table.put(device, tag, row.number);
  }
  return table.finish(options.mode ?? 'merge', rows.length);
}

function tagOf({ cells, number }: CsvRow, findings: Findings): Record<string, unknown> {
  const tag: Record<string, unknown> = {};
  for (const column of tagColumns) {
    const wrong = putCell(tag, column, cells.get(column.name));
    if (wrong !== undefined) findings.error(['rows', number, ...column.field], 'type', wrong);
  }
  return tag;
}
