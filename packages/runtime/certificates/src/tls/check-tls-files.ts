import { messageOf, pemCertificates, smallFileText } from '@fieldwarden/core';
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { day, renewBeforeEndMs } from '../facts/judge-certificate.js';
import type { KeyPair } from './make-certificate.js';
import type { TlsSettings } from './tls-settings.js';

export interface TlsFinding {
  readonly field: 'certFile' | 'keyFile';
  readonly rule: 'tls-file' | 'tls-certificate' | 'tls-key' | 'tls-pair' | 'tls-time';
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export interface CheckedTlsFiles {
  readonly findings: readonly TlsFinding[];
  /** There where no finding is an error. */
  readonly pair?: KeyPair & { readonly leaf: X509Certificate };
}

/** What the files hold as of now, and what is wrong with them, in words. Never throws. `nowMs` since 1970 UTC. */
export function checkTlsFiles({ certFile, keyFile }: TlsSettings, nowMs: number): CheckedTlsFiles {
  if (certFile === null && keyFile === null) return { findings: [] };
  if (keyFile === null) return failed('keyFile', 'tls-pair', 'a certificate needs its private key: keyFile');
  if (certFile === null) return failed('certFile', 'tls-pair', 'a private key needs its certificate: certFile');
  const findings: TlsFinding[] = [];
  const certificate = looked('certFile', certFile, 'tls-certificate', 'holds no certificate in PEM', leafOf, findings);
  const keyWords = 'holds no private key in PEM without a passphrase';
  const key = looked('keyFile', keyFile, 'tls-key', keyWords, (text) => createPrivateKey(text), findings);
  if (!certificate || !key) return { findings };
  const leaf = certificate.value;
  if (!leaf.checkPrivateKey(key.value)) return failed('keyFile', 'tls-pair', notPaired(certFile, keyFile));
  findings.push(...timeFindings(certFile, leaf, nowMs), ...strengthFindings(keyFile, key.value));
  if (findings.some(({ severity }) => severity === 'error')) return { findings };
  return { findings, pair: { certificate: certificate.text, key: key.text, leaf } };
}

function notPaired(certFile: string, keyFile: string): string {
  return `the private key in ${keyFile} does not belong to the certificate in ${certFile}; give the two that were made together`;
}

function failed(field: TlsFinding['field'], rule: TlsFinding['rule'], message: string): CheckedTlsFiles {
  return { findings: [{ field, rule, message, severity: 'error' }] };
}

function looked<T>(
  field: TlsFinding['field'],
  file: string,
  rule: TlsFinding['rule'],
  wrong: string,
  look: (text: string) => T,
  findings: TlsFinding[],
): { readonly text: string; readonly value: T } | undefined {
  const told = (asRule: TlsFinding['rule'], message: string): undefined =>
    void findings.push({ field, rule: asRule, message, severity: 'error' });
  if (!isAbsolute(file)) return told('tls-file', `${file} is not absolute; write it like /etc/fieldwarden/tls.pem`);
  let text: string | undefined;
  try {
    text = smallFileText(file);
  } catch (error) {
    return told('tls-file', `${file} cannot be read: ${messageOf(error)}`);
  }
  if (text === undefined) return told('tls-file', `${file} is no file of at most 256 kB`);
  try {
    return { text, value: look(text) };
  } catch {
    return told(rule, `${file} ${wrong}`);
  }
}

/** The server's own is the first, those of its issuers follow (RFC 8446, 4.4.2). */
function leafOf(text: string): X509Certificate {
  return new X509Certificate(pemCertificates(text)[0]);
}

function timeFindings(certFile: string, { validFrom, validTo }: X509Certificate, nowMs: number): TlsFinding[] {
  const warning = (what: string): TlsFinding[] => [
    { field: 'certFile', rule: 'tls-time', message: `the certificate in ${certFile} ${what}`, severity: 'warning' },
  ];
  const endsAtMs = Date.parse(validTo);
  if (endsAtMs <= nowMs) return warning(`ended on ${day(endsAtMs)}: browsers and programs refuse it; renew it`);
  if (Date.parse(validFrom) > nowMs)
    return warning(`begins only on ${day(Date.parse(validFrom))}; is the clock right?`);
  return endsAtMs - nowMs < renewBeforeEndMs ? warning(`ends on ${day(endsAtMs)}; renew it`) : [];
}

/** OpenSSL refuses it when the port is opened. */
function strengthFindings(keyFile: string, { asymmetricKeyType, asymmetricKeyDetails }: KeyObject): TlsFinding[] {
  const bits = asymmetricKeyDetails?.modulusLength;
  if (asymmetricKeyType !== 'rsa' || bits === undefined || bits >= 2_048) return [];
  const message = `the RSA key in ${keyFile} has ${bits} bits; at least 2048 are needed`;
  return [{ field: 'keyFile', rule: 'tls-key', message, severity: 'error' }];
}
