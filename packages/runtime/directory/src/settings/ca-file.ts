import { X509Certificate } from 'node:crypto';
import { GatewayError, messageOf, pemCertificates, readSmallFile } from '@fieldwarden/core';

/**
 * The authorities in a file, PEM; undefined without a file. Throws kind `config`, `DIRECTORY_CA_FILE`, for one that cannot be read or has
 * none: TLS would take garbage, and say later that the certificate of the other side is self-signed.
 */
export function readCaFile(file: string | null): string | undefined {
  if (file === null) return undefined;
  try {
    const text = readSmallFile(file);
    for (const block of pemCertificates(text)) new X509Certificate(block);
    return text;
  } catch (cause) {
    const message = `${file} holds no authority that can be used: ${messageOf(cause)}`;
    throw new GatewayError({ code: 'DIRECTORY_CA_FILE', kind: 'config', message, cause });
  }
}
