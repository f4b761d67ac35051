import { replaceFile } from '@fieldwarden/storage/replace-file';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeCertificate, type CertificateNeeds, type CertificateVerdict } from '../facts/judge-certificate.js';
import { makeServerCertificate, type KeyPair } from './make-certificate.js';

export interface OwnTlsCertificate {
  readonly pair: KeyPair;
  readonly leaf: X509Certificate;
  readonly verdict: CertificateVerdict;
  /** Why it was made now; undefined: it was there. */
  readonly madeAs?: string;
}

/** `<pki>/tls`: key, mode 0600, and certificate of the Admin API. */
export function ownTlsFiles(folder: string): { readonly certificateFile: string; readonly keyFile: string } {
  return { certificateFile: join(folder, 'certificate.pem'), keyFile: join(folder, 'private_key.pem') };
}

/**
 * The own certificate for TLS, made if there is none that serves: for the same key where that can be read, so that whoever pinned the key goes on.
 * Rejects with what the file system said.
 */
export async function ensureOwnTlsCertificate(
  folder: string,
  needs: CertificateNeeds & { readonly commonName: string },
  renew = false,
): Promise<OwnTlsCertificate> {
  const { certificateFile, keyFile } = ownTlsFiles(folder);
  const key = await readFile(keyFile, 'utf8').then(usableKey, () => undefined);
  const present = key === undefined ? undefined : await presentOf(certificateFile, key);
  const verdict = present && judgeCertificate(present.leaf, needs);
  if (present && verdict && verdict.flaws.length === 0 && !renew)
    return { pair: present.pair, leaf: present.leaf, verdict };
  const pair = await makeServerCertificate({ ...needs, key });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(keyFile, pair.key, { mode: 0o600 });
  await replaceFile(certificateFile, pair.certificate, { mode: 0o600 });
  const leaf = new X509Certificate(pair.certificate);
  const madeAs = verdict ? flawsText(verdict) : 'there was none';
  return { pair, leaf, verdict: judgeCertificate(leaf, needs), madeAs };
}

function flawsText({ flaws }: CertificateVerdict): string {
  return flaws.length === 0 ? 'somebody asked for another one' : `the one before ${flaws.join(', and ')}`;
}

async function presentOf(
  file: string,
  key: string,
): Promise<{ readonly pair: KeyPair; readonly leaf: X509Certificate } | undefined> {
  try {
    const certificate = await readFile(file, 'utf8');
    const leaf = new X509Certificate(certificate);
    return leaf.checkPrivateKey(createPrivateKey(key)) ? { pair: { certificate, key }, leaf } : undefined;
  } catch {
    return undefined; // made anew
  }
}

/** A key that the file was made with, and no other: else there is a new one. */
function usableKey(text: string): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(text);
    return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1' ? text : undefined;
  } catch {
    return undefined;
  }
}
