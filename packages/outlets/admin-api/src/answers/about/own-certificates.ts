import type { About } from '@fieldwarden/admin-contract';
import { certificateFacts } from '@fieldwarden/certificates';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Certificate = About['certificates'][number];

/** The certificates that the OPC UA server shows to its clients; none that cannot be read. */
export async function ownCertificates(directory: string): Promise<readonly Certificate[]> {
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /\.(?:pem|der)$/.test(name))
      .map(async (name) => await readCertificate(join(directory, name))),
  );
  return found.filter((certificate) => certificate !== undefined);
}

async function readCertificate(file: string): Promise<Certificate | undefined> {
  try {
    const facts = certificateFacts(new X509Certificate(await readFile(file)));
    const { subject, thumbprint, notBefore, notAfter } = facts;
    return { use: 'opcua-server', subject, thumbprint, notBefore, notAfter };
  } catch {
    return undefined;
  }
}
