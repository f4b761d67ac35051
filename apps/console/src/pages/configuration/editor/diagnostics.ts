import type { Finding } from '@fieldwarden/gateway-contract';
import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';

/** Findings of the gateway → marks in the text. Those without a line stand at its beginning. */
export function diagnosticsOf(findings: readonly Finding[], doc: Text): readonly Diagnostic[] {
  return findings.map((finding) => {
    const { from, to } = rangeOf(finding, doc);
    return { from, to, severity: finding.severity, message: finding.message, source: finding.rule };
  });
}

/** From the place of the finding to the end of what stands there. The text may have become shorter since it was checked. */
export function rangeOf(
  { line, column }: Pick<Finding, 'line' | 'column'>,
  doc: Text,
): { readonly from: number; readonly to: number } {
  if (line === undefined || line > doc.lines) return { from: 0, to: 0 };
  const { from, to, text } = doc.line(line);
  const at = Math.min(from + (column ?? 1) - 1, to);
  const length = /^("[^"]*"|'[^']*'|[^\s,}\]]+)/.exec(text.slice(at - from))?.[0].length ?? 1;
  return { from: at, to: Math.min(at + length, to) };
}
