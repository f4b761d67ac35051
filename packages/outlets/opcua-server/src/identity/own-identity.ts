import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GatewayError } from '@fieldwarden/core';

/** Where the certificate store keeps the server's own key and certificate. */
export function ownFiles(pkiDir: string): { readonly keyFile: string; readonly certificateFile: string } {
  return {
    keyFile: join(pkiDir, 'own', 'private', 'private_key.pem'),
    certificateFile: join(pkiDir, 'own', 'certs', 'certificate.pem'),
  };
}

/** Own key and certificate are sound and belong together, or are still to be made. Rejects with OPCUA_IDENTITY_DAMAGED, file and remedy. */
export async function checkOwnIdentity(pkiDir: string): Promise<void> {
  const { keyFile, certificateFile } = ownFiles(pkiDir);
  const key = await parsed(keyFile, createPrivateKey);
  const certificate = await parsed(certificateFile, (text): X509Certificate => new X509Certificate(text));
  if (key && certificate && !certificate.checkPrivateKey(key))
    throw damaged(certificateFile, `does not belong to the key ${keyFile}`);
  if (certificate && !key) throw damaged(certificateFile, `has lost its key ${keyFile}`);
}

async function parsed<T extends KeyObject | X509Certificate>(
  file: string,
  parse: (text: string) => T,
): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(file, 'cannot be read', error);
  });
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    throw damaged(file, 'is damaged', error);
  }
}

function damaged(file: string, what: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'OPCUA_IDENTITY_DAMAGED',
    kind: 'config',
    message: `the OPC UA server does not start: ${file} ${what}. Restore own/private/private_key.pem and own/certs/certificate.pem from a backup, or remove both: new ones are made, and clients have to trust the new certificate`,
    cause,
  });
}
