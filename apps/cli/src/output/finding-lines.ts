import type { Finding } from '@fieldwarden/gateway-contract';
import type { Palette } from './palette.js';
import { oneLine } from './printable.js';

/** Findings as compilers print them, errors first: `plant.yaml:12:5: error: message (path) [rule]`. Editors find their way with that. */
export function findingLines(findings: readonly Finding[], file: string, palette: Palette): string {
  const of = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity);
  return [...of('error'), ...of('warning')].map((finding) => `${lineOf(finding, file, palette)}\n`).join('');
}

function lineOf(finding: Finding, file: string, palette: Palette): string {
  const { severity, message, rule } = finding;
  const paint = severity === 'error' ? palette.bad : palette.warning;
  const { line, column, path } = placeOf(finding);
  const place = [file, ...(line === undefined ? [] : [line]), ...(column === undefined ? [] : [column])].join(':');
  const where = path === '' ? '' : ` (${oneLine(path)})`;
  return `${place}: ${paint(severity)}: ${oneLine(message)}${where} ${palette.faint(`[${rule}]`)}`;
}

/** Findings about a table name its row and column as `rows[12].address`: its line in the file. */
function placeOf({ path, line, column }: Finding): Pick<Finding, 'path' | 'line' | 'column'> {
  const row = /^rows\[(\d+)\](?:\.(.*))?$/.exec(path);
  if (line !== undefined || !row) return { path, ...(line && { line }), ...(column && { column }) };
  return { path: row[2] ?? '', line: Number(row[1]) };
}
