import type { CertificateRow } from '@fieldwarden/admin-contract';
import type { Concern } from '../fleet/concern.js';
import { commonName } from './certificate-words.js';

/** A client that keeps coming asks again within this time; of one that came once, somebody is waiting for it. */
const recentMs = 3_600_000;

/** Clients that were refused for their certificate a short while ago. */
export function certificateConcerns(certificates: readonly CertificateRow[], nowMs: number): readonly Concern[] {
  return certificates.filter((certificate) => wasRefused(certificate, nowMs)).map(concernOf);
}

function wasRefused({ store, use, lastSeenAt }: CertificateRow, nowMs: number): boolean {
  return store === 'rejected' && use === 'opcua' && lastSeenAt !== null && nowMs - Date.parse(lastSeenAt) < recentMs;
}

function concernOf(certificate: CertificateRow): Concern {
  const { thumbprint, subject, applicationUri, lastSeenAt, lastSeenFrom } = certificate;
  const from = lastSeenFrom === null ? '' : ` from ${lastSeenFrom}`;
  const uri = applicationUri === null ? '' : ` (${applicationUri})`;
  return {
    key: `certificate ${thumbprint}`,
    tone: 'warning',
    driverId: null,
    device: null,
    serviceId: null,
    what: 'An OPC UA client was refused',
    why: `${commonName(subject)}${uri} came${from} with a certificate that nobody has trusted yet.`,
    sinceMs: lastSeenAt === null ? null : Date.parse(lastSeenAt),
    next: 'It stays out until somebody trusts it.',
    nextAtMs: null,
    action: 'trust-certificate',
    link: '/certificates',
    certificate,
  };
}
