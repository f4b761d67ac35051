import type { Finding } from '@fieldwarden/admin-contract';
import type { CliErrorInit } from './cli-error.js';
import { table } from './output/columns.js';
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

function errorText({ message, remedy, findings = [] }: CliErrorInit, palette: Palette): string {
  return [
    `${palette.bad(printable(message))}\n`,
    findingsTable(findings, palette),
    ...(remedy === undefined ? [] : [`${printable(remedy)}\n`]),
  ].join('');
}

/** Everything that a validation found: errors first, in the order of the document. */
export function findingsTable(findings: readonly Finding[], palette: Palette): string {
  const ordered = ['error', 'warning'].flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  const rows = ordered.map(({ severity, path, rule, message }) => [
    severity === 'error' ? palette.bad(severity) : palette.warning(severity),
    path === '' ? '-' : oneLine(path),
    rule,
    oneLine(message),
  ]);
  return table(['SEVERITY', 'PATH', 'RULE', 'MESSAGE'], rows);
}
