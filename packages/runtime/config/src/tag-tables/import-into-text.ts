import type { Finding } from '@fieldwarden/gateway-contract';
import type { Catalogue } from '../document/catalogue.js';
import { importKepwareTags, type KepwareTarget } from '../kepware/import-kepware-tags.js';
import { editPlantText } from '../editing/edit-plant-text.js';
import { loadPlantText, type DocumentPlace } from '../text/load-plant-file.js';
import { importTagsCsv } from './import-tags-csv.js';
import type { ImportMode } from './tag-table.js';

/** A table of tags for a document. `target`: of Kepware's export, which does not name one. */
export interface TagImportRequest {
  readonly table: string;
  readonly mode?: ImportMode;
  readonly target?: KepwareTarget;
}

/** `text`: the document with the tags; null if a finding is an error. */
export interface TextImport {
  readonly rows: number;
  readonly text: string | null;
  /** Paths of tags that are no longer there. */
  readonly removed: readonly string[];
  readonly findings: readonly Finding[];
}

/** Checks a document, puts a table of tags into it and gives its text back. Never rejects: what is wrong is a finding. */
export async function importIntoText(
  text: string,
  { table, target, mode }: TagImportRequest,
  place: DocumentPlace,
  catalogue: Catalogue,
): Promise<TextImport> {
  const checked = await loadPlantText(text, place, catalogue);
  if (!checked.document) return { rows: 0, text: null, removed: [], findings: checked.findings };
  const options = { registry: catalogue.drivers, ...(mode && { mode }) };
  const { rows, findings, removed, document } = target
    ? importKepwareTags(table, checked.document, target, options)
    : importTagsCsv(table, checked.document, options);
  const edited = document ? editPlantText(checked.absoluteText ?? text, document) : null;
  return { rows, text: edited, removed, findings };
}
