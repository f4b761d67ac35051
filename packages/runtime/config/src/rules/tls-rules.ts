import { checkTlsFiles } from '@fieldwarden/certificates';
import { tlsDefaults, type PlantDocument } from '../document/plant-document.js';
import type { SoundPart } from '../document/schema-walk.js';
import type { Findings } from './findings.js';

export interface TlsRuleContext {
  readonly findings: Findings;
  /** It ran: files that are gone since keep no plant from starting, the gateway then serves a certificate of its own. */
  readonly ranBefore: boolean;
  /** ms since 1970 UTC. */
  readonly nowMs: number;
}

/** Looks at the files themselves: a pair that does not fit is refused before anybody connects. */
export function checkTls(
  written: SoundPart<PlantDocument['tls']>,
  { findings, ranBefore, nowMs }: TlsRuleContext,
): void {
  const { enabled, certFile, keyFile } = { ...tlsDefaults, ...written };
  const isSound = (file: unknown): file is string | null => file === null || typeof file === 'string';
  if (!isSound(certFile) || !isSound(keyFile)) return; // the shape is told already
  for (const finding of checkTlsFiles({ enabled: enabled, certFile, keyFile }, nowMs).findings) {
    const { field, rule, message, severity } = finding;
    const refuses = severity === 'error' && enabled && !ranBefore;
    findings[refuses ? 'error' : 'warning'](['tls', field], rule, message);
  }
}
