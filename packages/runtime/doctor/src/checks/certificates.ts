import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, warn, type Check } from '../check.js';

const dayMs = 86_400_000;
const soonDays = 30;

/** Ends of all certificates below `pki`: own ones and those that are trusted. */
export const certificates: Check = {
  id: 'certificates',
  run({ home, now }) {
    const ends = [...certificatesBelow(join(home, 'pki'))].sort((a, b) => a.endsMs - b.endsMs);
    if (ends.length === 0) return ok('there is no certificate yet');
    const [first] = ends;
    const days = Math.floor((first.endsMs - now.getTime()) / dayMs);
    const remedy = 'renew it: fieldwarden certs own --renew for the own ones, the owner for others';
    if (days < 0) return fail(`${first.name} has ended on ${dateOf(first.endsMs)}`, remedy);
    if (days < soonDays) return warn(`${first.name} ends in ${days} days, on ${dateOf(first.endsMs)}`, remedy);
    return ok(`${ends.length} certificates, the first ends on ${dateOf(first.endsMs)}`);
  },
};

interface CertificateEnd {
  readonly name: string;
  readonly endsMs: number;
}

function* certificatesBelow(folder: string): Generator<CertificateEnd> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'rejected') yield* certificatesBelow(path);
    else if (/\.(?:pem|der|crt)$/.test(entry.name) && !/key/i.test(entry.name)) yield* readCertificate(path);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readCertificate(path: string): readonly CertificateEnd[] {
  try {
    return [{ name: path, endsMs: Date.parse(new X509Certificate(readFileSync(path)).validTo) }];
  } catch {
    return []; // a list of revoked ones, or none at all
  }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
