import type { Finding } from '@fieldwarden/gateway-contract';
import type { CliErrorInit } from './cli-error.js';
import { table } from './output/columns.js';
import { findingLines } from './output/finding-lines.js';
import type { Palette } from './output/palette.js';
import { oneLine, printable } from './output/printable.js';
import type { Terminal } from './terminal.js';

/** What went wrong, on standard error: in words, or as one JSON line. */
export function reportError(terminal: Terminal, details: CliErrorInit, json: boolean): void {
  terminal.writeError(json ? `${errorJson(details)}\n` : errorText(details, terminal.errorPalette));
}

function errorJson({ exitCode, ...rest }: CliErrorInit): string {
  return JSON.stringify({ schema: 'fieldwarden/error@1', exitCode, ...rest });
}

function errorText({ message, remedy, correlationId, findings = [], file }: CliErrorInit, palette: Palette): string {
  return [
    `${palette.bad(printable(message))}\n`,
    file === undefined ? findingsTable(findings, palette) : findingLines(findings, file, palette),
    ...(remedy === undefined ? [] : [`${printable(remedy)}\n`]),
    ...(correlationId === undefined ? [] : [palette.faint(correlationText(correlationId))]),
  ].join('');
}

/** What finds the same thing in the log of the gateway. */
export function correlationText(correlationId: string): string {
  return `Correlation id: ${printable(correlationId)}\n`;
}

/** Everything that a validation found: errors first, in the order of the document. */
export function findingsTable(findings: readonly Finding[], palette: Palette): string {
  const ordered = ['error', 'warning'].flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  const hasLines = findings.some(({ line }) => line !== undefined);
  const rows = ordered.map((finding) => [
    finding.severity === 'error' ? palette.bad(finding.severity) : palette.warning(finding.severity),
    ...(hasLines ? [positionText(finding)] : []),
    finding.path === '' ? '-' : oneLine(finding.path),
    finding.rule,
    oneLine(finding.message),
  ]);
  return table(['SEVERITY', ...(hasLines ? ['LINE'] : []), 'PATH', 'RULE', 'MESSAGE'], rows);
}

/** `12:5`, as editors take it. */
function positionText({ line, column }: Finding): string {
  if (line === undefined) return '-';
  return column === undefined ? String(line) : `${line}:${column}`;
}
