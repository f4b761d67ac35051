import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { GatewayError, messageOf, pemCertificates, readSmallFile } from '@fieldwarden/core';

/** Files in PEM; null: without. */
export interface TlsFiles {
  /** Of the authority that signed the broker's certificate; null: those that Node.js trusts. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

export interface TlsSettings extends TlsFiles {
  /** Protocol that is asked for by ALPN (RFC 7301) and must be answered; null: `mqtt` at port 443, none elsewhere. */
  readonly alpn: string | null;
}

/** What a protocol of ALPN may be called, and what is told of another. */
export const alpnName = {
  pattern: /^[\x21-\x7e]{1,255}$/,
  fault: 'a protocol is 1 to 255 visible ASCII characters',
} as const;

export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** What is wrong with a file. A certificate out of its time may still come right, so it is no error: a gateway that starts anew needs its plant. */
export interface TlsFinding {
  readonly field: keyof TlsFiles;
  readonly rule: 'mqtt-tls-file' | 'mqtt-certificate' | 'mqtt-certificate-time' | 'mqtt-key';
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** Throws kind `config`, code `MQTT_TLS_FILE`, for a file that can't be read. */
export function readTlsFiles({ caFile, certFile, keyFile }: TlsFiles): TlsMaterial {
  const read = (file: string | null): string | undefined => (file === null ? undefined : readText(file));
  return { ca: read(caFile), cert: read(certFile), key: read(keyFile) };
}

/**
 * Looks at the files before anything connects: a library takes garbage for a CA and says later that the broker's certificate is self-signed.
 * `nowMs` since 1970 UTC.
 */
export function checkTlsFiles(files: TlsFiles, nowMs: number): readonly TlsFinding[] {
  const findings: TlsFinding[] = [];
  const at = <T>(field: keyof TlsFiles, rule: TlsFinding['rule'], look: (text: string) => T): T | undefined => {
    const file = files[field];
    if (file === null) return undefined;
    try {
      return look(readText(file));
    } catch (error) {
      const isFile = error instanceof GatewayError;
      const message = isFile ? error.message : `${file} ${wrongWith[rule]}: ${messageOf(error)}`;
      findings.push({ field, rule: isFile ? 'mqtt-tls-file' : rule, message, severity: 'error' });
      return undefined;
    }
  };
  const authorities = at('caFile', 'mqtt-certificate', certificatesOf) ?? [];
  const own = at('certFile', 'mqtt-certificate', certificatesOf) ?? [];
  const key = at('keyFile', 'mqtt-key', (text) => createPrivateKey(text));
  for (const certificate of authorities) findings.push(...timeFindings('caFile', certificate, nowMs));
  for (const certificate of own) findings.push(...timeFindings('certFile', certificate, nowMs));
  return [...findings, ...pairFindings(files, own[0], key), ...relativeFindings(files)];
}

const tlsFileFields = ['caFile', 'certFile', 'keyFile'] as const;

/** Where a document is checked and where its gateway was started may be two folders. */
function relativeFindings(files: TlsFiles): TlsFinding[] {
  return tlsFileFields.flatMap((field): TlsFinding[] => {
    const file = files[field];
    if (file === null || isAbsolute(file)) return [];
    const message = `${file} is looked for where the gateway was started, here as ${resolve(file)}; write the whole path`;
    return [{ field, rule: 'mqtt-tls-file', message, severity: 'warning' }];
  });
}

const wrongWith = {
  'mqtt-certificate': 'holds no certificate in PEM',
  'mqtt-key': 'holds no private key in PEM without a passphrase',
  'mqtt-tls-file': 'cannot be read',
  'mqtt-certificate-time': 'is out of its time',
} as const;

function pairFindings(
  { certFile, keyFile }: TlsFiles,
  own: X509Certificate | undefined,
  key: KeyObject | undefined,
): TlsFinding[] {
  const finding = (field: keyof TlsFiles, message: string): TlsFinding[] => [
    { field, rule: 'mqtt-key', message, severity: 'error' },
  ];
  if (certFile !== null && keyFile === null) return finding('keyFile', 'a certificate needs its private key: keyFile');
  if (certFile === null && keyFile !== null)
    return finding('certFile', 'a private key needs its certificate: certFile');
  if (own && key && !own.checkPrivateKey(key)) {
    return finding('keyFile', `the private key in ${keyFile} does not belong to the certificate in ${certFile}`);
  }
  return [];
}

function timeFindings(field: keyof TlsFiles, certificate: X509Certificate, nowMs: number): TlsFinding[] {
  const { subject, validFrom, validTo } = certificate;
  const name = subject.replaceAll('\n', ', ');
  const finding = (message: string): TlsFinding[] => [
    { field, rule: 'mqtt-certificate-time', message, severity: 'warning' },
  ];
  if (Date.parse(validTo) < nowMs) return finding(`the certificate of ${name} ended at ${iso(validTo)}; renew it`);
  if (Date.parse(validFrom) > nowMs)
    return finding(`the certificate of ${name} begins only at ${iso(validFrom)}; does the clock go right?`);
  return [];
}

function iso(date: string): string {
  return new Date(date).toISOString();
}

/** All of the file: an authority may come as a chain. */
function certificatesOf(text: string): readonly X509Certificate[] {
  return pemCertificates(text).map((block) => new X509Certificate(block));
}

function readText(file: string): string {
  try {
    return readSmallFile(file);
  } catch (cause) {
    const message = `${file} cannot be read: ${messageOf(cause)}`;
    throw new GatewayError({ code: 'MQTT_TLS_FILE', kind: 'config', message, cause });
  }
}
