import { X509Certificate } from 'node:crypto';
import { GatewayError, messageOf, readSmallFile } from '@fieldwarden/core';

/**
 * The authorities in a file, PEM; undefined without a file. Throws kind `config`, `DIRECTORY_CA_FILE`, for one that cannot be read or has
 * none: TLS would take garbage, and say later that the certificate of the other side is self-signed.
 */
export function readCaFile(file: string | null): string | undefined {
  if (file === null) return undefined;
  try {
    const text = readSmallFile(file);
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length === 0) throw new Error('there is no BEGIN CERTIFICATE in it');
    for (const block of blocks) new X509Certificate(block);
    return text;
  } catch (cause) {
    const message = `${file} holds no authority that can be used: ${messageOf(cause)}`;
    throw new GatewayError({ code: 'DIRECTORY_CA_FILE', kind: 'config', message, cause });
  }
}
