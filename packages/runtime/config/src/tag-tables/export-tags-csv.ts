import { stringify } from 'csv-stringify/sync';
import type { PlantDocument } from '../document/plant-document.js';
import { cellOf, csvColumns, tagColumns } from './tag-columns.js';

/**
 * All tags of a document as a table: one row each, a column for every field, a comma between them, lines ended as spreadsheets do.
 * What a tag does not say stays empty; an empty text is in quotes. `importTagsCsv` reads it back without loss (but for U+FFFD, the sign
 * for what could not be decoded, which it refuses).
 */
export function exportTagsCsv(document: PlantDocument): string {
  // Quotes tell an empty text from nothing at all; the library leaves line breaks bare once the line end is given.
  return stringify([csvColumns.known, ...tagRows(document)], { record_delimiter: '\r\n', quoted_match: /^$|[\r\n]/ });
}

function* tagRows(document: PlantDocument): Generator<readonly (string | undefined)[]> {
  for (const { id: driver, devices = [] } of document.drivers ?? []) {
    for (const { id: device, tags = [] } of devices) {
      for (const tag of tags) yield [driver, device, ...tagColumns.map((column) => cellOf(tag, column))];
    }
  }
}
