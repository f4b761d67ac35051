import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import { applicationUriOf } from './judge-certificate.js';

/** What people want to know of a certificate, whatever it is for. */
export interface CertificateFacts {
  /** In one line: `O=Fieldwarden, CN=gateway-1`. */
  readonly subject: string;
  readonly issuer: string;
  /** SHA-1 of the certificate, hex, upper case: by it OPC UA names one (OPC 10000-4, 7.2). */
  readonly thumbprint: string;
  /** SHA-256 of the certificate, hex, upper case. */
  readonly sha256: string;
  /** SHA-256 of the public key, as `SHA256:…`: stays when a certificate is renewed for the same key. */
  readonly keyFingerprint: string;
  /** `RSA 2048`, `EC P-256`. */
  readonly key: string;
  /** ISO-8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly applicationUri: string | null;
}

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const { subject, issuer, publicKey, validFrom, validTo } = certificate;
  return {
    subject: inOneLine(subject),
    issuer: inOneLine(issuer),
    thumbprint: thumbprintOf(certificate),
    sha256: certificate.fingerprint256.replaceAll(':', ''),
    keyFingerprint: keyFingerprint(publicKey),
    key: keyText(publicKey),
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
    applicationUri: applicationUriOf(certificate) ?? null,
  };
}

export function thumbprintOf({ fingerprint }: Pick<X509Certificate, 'fingerprint'>): string {
  return fingerprint.replaceAll(':', '');
}

/** As people compare it by eye, and programs pin it. */
export function keyFingerprint(publicKey: KeyObject): string {
  const hash = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' }));
  return `SHA256:${hash.digest('base64').replace(/=+$/, '')}`;
}

function keyText({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails;
  if (modulusLength !== undefined) return `${String(asymmetricKeyType).toUpperCase()} ${modulusLength}`;
  return namedCurve === undefined ? String(asymmetricKeyType) : `EC ${curveNames[namedCurve] ?? namedCurve}`;
}

/** OpenSSL's names of curves, as FIPS 186 has them. */
const curveNames: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

function inOneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ');
}
