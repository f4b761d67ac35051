import type { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statusCodes, type StatusCode } from '@fieldwarden/core';

/**
 * Whether the issuer has taken the certificate back, by the lists in `folder` that the issuer has signed. None of them: nobody knows, and it is not trusted
 * (OPC 10000-4, 6.1.3).
 */
export async function revocationOf(
  certificate: X509Certificate,
  issuer: X509Certificate,
  folder: string,
): Promise<StatusCode> {
  const { exploreCertificateRevocationList, verifyCrlIssuedByCertificate } = await import('node-opcua-crypto');
  let isKnown = false;
  for (const name of await readdir(folder).catch(() => [])) {
    try {
      const list = derOf(await readFile(join(folder, name)));
      if (!verifyCrlIssuedByCertificate(list, issuer.raw)) continue;
      isKnown = true;
      const { revokedCertificates } = exploreCertificateRevocationList(list).tbsCertList;
      if (revokedCertificates.some(({ userCertificate }) => plain(userCertificate) === plain(certificate.serialNumber)))
        return statusCodes.BadCertificateRevoked;
    } catch {
      // no revocation list, or taken away meanwhile
    }
  }
  return isKnown ? statusCodes.Good : statusCodes.BadCertificateRevocationUnknown;
}

/** A file is the list itself, or its text in PEM. */
function derOf(file: Buffer): Buffer {
  const pem = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/.exec(file.toString('latin1'))?.[1];
  return pem === undefined ? file : Buffer.from(pem, 'base64');
}

/** Serial numbers are written with colons or without, with zeros before them or without. */
function plain(serialNumber: string): string {
  return serialNumber.replaceAll(':', '').replace(/^0+/, '').toUpperCase();
}
