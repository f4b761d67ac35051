import { readCsv, type CsvColumns } from '../tag-tables/csv-records.js';
import { Findings } from '../rules/findings.js';
import { isRecord } from '../document/schema-walk.js';

/** Field of a tag in Kepware's tables → in its JSON. */
const fields = {
  'Tag Name': 'common.ALLTYPES_NAME',
  Address: 'servermain.TAG_ADDRESS',
  'Data Type': 'servermain.TAG_DATA_TYPE',
  'Respect Data Type': undefined,
  'Client Access': 'servermain.TAG_READ_WRITE_ACCESS',
  'Scan Rate': 'servermain.TAG_SCAN_RATE_MILLISECONDS',
  Scaling: 'servermain.TAG_SCALING_TYPE',
  'Raw Low': 'servermain.TAG_SCALING_RAW_LOW',
  'Raw High': 'servermain.TAG_SCALING_RAW_HIGH',
  'Scaled Low': 'servermain.TAG_SCALING_SCALED_LOW',
  'Scaled High': 'servermain.TAG_SCALING_SCALED_HIGH',
  'Scaled Data Type': 'servermain.TAG_SCALING_SCALED_DATA_TYPE',
  'Clamp Low': 'servermain.TAG_SCALING_CLAMP_LOW',
  'Clamp High': 'servermain.TAG_SCALING_CLAMP_HIGH',
  'Eng Units': 'servermain.TAG_SCALING_UNITS',
  Description: 'common.ALLTYPES_DESCRIPTION',
  'Negate Value': 'servermain.TAG_SCALING_NEGATE_VALUE',
} as const;

export type KepwareField = keyof typeof fields;

/** One tag of an export, each field as text; absent where there is nothing. */
export interface KepwareTag {
  /** Of the table, its header being row 1; in JSON the position of the tag, from 1. */
  readonly row: number;
  readonly fields: ReadonlyMap<string, string>;
}

export interface KepwareTags {
  readonly tags: readonly KepwareTag[];
  readonly findings: Findings;
}

const columns: CsvColumns = {
  known: Object.keys(fields),
  required: ['Tag Name', 'Address', 'Data Type'],
  others: 'tell',
};

/** Tags of one device from a CSV or JSON export. Groups become part of the name, as in tables: `Group.Tag`. */
export function readKepwareTags(text: string): KepwareTags {
  return /^\uFEFF?\s*[{[]/.test(text) ? readJson(text.replace(/^\uFEFF/, '')) : readTable(text);
}

function readTable(text: string): KepwareTags {
  const { rows, findings } = readCsv(text, columns);
  const tags = rows.map(({ number, cells }) => ({
    row: number,
    fields: new Map([...cells].flatMap(([name, cell]) => (cell === undefined || cell === '' ? [] : [[name, cell]]))),
  }));
  return { tags, findings };
}

function readJson(text: string): KepwareTags {
  const findings = new Findings(undefined, 1_000);
  const tags: KepwareTag[] = [];
  try {
    const owner: unknown = JSON.parse(text);
    for (const [name, tag] of tagsIn(Array.isArray(owner) ? { tags: owner as unknown[] } : owner, '', 0)) {
      tags.push({ row: tags.length + 1, fields: textFields(name, tag) });
    }
  } catch (error) {
    findings.error([], 'syntax', `the export cannot be read: ${(error as Error).message}`);
    return { tags: [], findings };
  }
  if (tags.length === 0) {
    const message = 'there are no tags in it; expected is the JSON of one device, of a tag group or of a list of tags';
    findings.error([], 'kepware-shape', message);
  }
  return { tags, findings };
}

/** Groups nest up to three deep in Kepware; more is no export. */
const maxGroupDepth = 8;

function* tagsIn(owner: unknown, group: string, depth: number): Generator<readonly [name: string, tag: object]> {
  if (!isRecord(owner) || depth > maxGroupDepth) return;
  for (const tag of listOf(owner.tags)) if (isRecord(tag)) yield [group + nameOf(tag), tag];
  for (const inner of listOf(owner.tag_groups)) {
    if (isRecord(inner)) yield* tagsIn(inner, `${group}${nameOf(inner)}.`, depth + 1);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function nameOf(object: object): string {
  return textOf((object as Readonly<Record<string, unknown>>)['common.ALLTYPES_NAME']) ?? '';
}

function textFields(name: string, tag: object): ReadonlyMap<string, string> {
  const found = new Map<string, string>([['Tag Name', name]]);
  for (const [column, key] of Object.entries(fields)) {
    if (key === undefined || column === 'Tag Name') continue;
    const text = textOf((tag as Readonly<Record<string, unknown>>)[key]);
    if (text !== undefined && text !== '') found.set(column, text);
  }
  return found;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
