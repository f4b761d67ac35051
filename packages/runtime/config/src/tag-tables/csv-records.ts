import { CsvError, parse } from 'csv-parse/sync';
import { hint } from '../document/hint.js';
import { Findings } from '../rules/findings.js';

/** A cell as written; undefined if there is nothing, which is not the same as an empty text in quotes. */
export type CsvCell = string | undefined;

export interface CsvRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly number: number;
  /** By the names of the header. */
  readonly cells: ReadonlyMap<string, CsvCell>;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly findings: Findings;
}

export interface CsvColumns {
  readonly known: readonly string[];
  readonly required: readonly string[];
  /** What becomes of columns that are not known: refused (default), or told and passed over. */
  readonly others?: 'refuse' | 'tell';
}

/**
 * A table as spreadsheets write it (RFC 4180, also with `;` or tabs, and with a byte order mark) → rows by column name. The first
 * row names the columns, in any order. Findings are about `rows[N].column`, with the line in the text.
 */
export function readCsv(text: string, columns: CsvColumns): CsvTable {
  const lines: number[] = [];
  const findings = new Findings(([, row]) => {
    const line = typeof row === 'number' ? lines[row] : undefined;
    return line === undefined ? undefined : { line, column: 1 };
  });
  const [header = [], ...records] = parseRecords(text, columns, lines, findings);
  const names = checkHeader(header, columns, findings);
  const rows = findings.hasErrors ? [] : records.flatMap((cells, i) => rowOf(cells, i + 2, names, findings));
  return { columns: names, rows, findings };
}

type Cells = readonly CsvCell[];

interface Parsed {
  readonly record: Cells;
  readonly info: { readonly lines: number };
}

function parseRecords(text: string, columns: CsvColumns, lines: number[], findings: Findings): readonly Cells[] {
  if (!isText(text, findings)) return [];
  try {
    const parsed = parse(text, {
      bom: true,
      delimiter: delimiterOf(text, columns.known),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      info: true,
      cast: (value, { quoting }) => (value === '' && !quoting ? undefined : value),
    }) as unknown as readonly Parsed[];
    for (const [i, { info }] of parsed.entries()) lines[i + 1] = info.lines;
    return parsed.map(({ record }) => record);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    findings.error([], 'csv-syntax', `the table cannot be read: ${error.message}`);
    return [];
  }
}

function isText(text: string, findings: Findings): boolean {
  const at = text.search(/[\0\uFFFD]/);
  if (at < 0) return true;
  const line = text.slice(0, at).split(/\r\n|\n|\r/).length;
  findings.error([], 'encoding', `line ${line} is not UTF-8; save the table as "CSV UTF-8"`);
  return false;
}

const delimiters = [',', ';', '\t'] as const;

/** The one that makes most of the known names from the first line. */
function delimiterOf(text: string, known: readonly string[]): string {
  const header = text.replace(/^\uFEFF/, '').split(/[\r\n]/, 1)[0];
  const names = new Set(known);
  const counted = delimiters.map((delimiter) => ({
    delimiter,
    count: header.split(delimiter).filter((name) => names.has(unquoted(name))).length,
  }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

function unquoted(name: string): string {
  return name.trim().replace(/^"(.*)"$/, '$1');
}

/** Names of the columns; empty ones are kept, since spreadsheets leave columns without anything at the end. */
function checkHeader(header: Cells, { known, required, others }: CsvColumns, findings: Findings): readonly string[] {
  const names = header.map((name) => name?.trim() ?? '');
  const seen = new Set<string>();
  for (const name of names) {
    if (name === '') continue;
    if (!known.includes(name) && others === 'tell') {
      findings.warning(['rows', 1, name], 'csv-column', `column ${JSON.stringify(name)} is not used`);
    } else if (!known.includes(name)) {
      findings.error(['rows', 1, name], 'csv-column', `there is no column ${JSON.stringify(name)}${hint(name, known)}`);
    } else if (seen.has(name)) findings.error(['rows', 1, name], 'csv-column', `column ${name} is there twice`);
    seen.add(name);
  }
  for (const name of required) {
    if (!seen.has(name) && !findings.hasErrors)
      findings.error(['rows', 1, name], 'csv-column', `column ${name} is missing`);
  }
  return names;
}

function rowOf(cells: Cells, number: number, names: readonly string[], findings: Findings): readonly CsvRow[] {
  const filled = cells.flatMap((cell, i) => (cell === undefined ? [] : [[names[i] ?? '', cell] as const]));
  if (filled.length === 0) return []; // an empty line
  const stray = filled.find(([name]) => name === '');
  if (stray) {
    findings.error(
      ['rows', number],
      'csv-column',
      'has something in a column without a name; is a delimiter not quoted?',
    );
    return [];
  }
  return [{ number, cells: new Map(filled) }];
}
