import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** A file of a store is a certificate, or a chain of some. */
const maxBytes = 256 * 1024;

/** The first certificate of a file, PEM or DER; undefined for what is none, or is not there any more. */
export async function readCertificate(path: string): Promise<X509Certificate | undefined> {
  try {
    const { size } = await stat(path);
    return size > maxBytes ? undefined : new X509Certificate(await readFile(path));
  } catch {
    return undefined;
  }
}
