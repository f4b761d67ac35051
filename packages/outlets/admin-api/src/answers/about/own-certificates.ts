import type { About } from '@fieldwarden/admin-contract';
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
    const { subject, fingerprint, validFrom, validTo } = new X509Certificate(await readFile(file));
    return {
      use: 'opcua-server',
      subject: subject.split('\n').join(', '),
      thumbprint: fingerprint.replaceAll(':', ''), // SHA-1, OPC UA Part 4, 7.37
      notBefore: new Date(validFrom).toISOString(),
      notAfter: new Date(validTo).toISOString(),
    };
  } catch {
    return undefined;
  }
}
