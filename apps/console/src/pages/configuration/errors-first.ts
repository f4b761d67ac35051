import type { Finding } from '@fieldwarden/gateway-contract';

/** A warning at the top of a document does not hide the error below it. */
export function errorsFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}
