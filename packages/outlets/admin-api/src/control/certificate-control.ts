import type { CertificateList, CertificateRow } from '@fieldwarden/admin-contract';
import type { Origin } from '@fieldwarden/gateway-contract';

/** A certificate that was moved, as it is now, and whether those who go by it do so already. */
export interface MovedCertificate {
  readonly certificate: CertificateRow;
  readonly applied: boolean;
}

/**
 * Certificates of the gateway and of those who come to it (SPEC §13.3). `thumbprint`: as much of it as is unique. Rejections: CERTIFICATE_UNKNOWN,
 * CERTIFICATE_AMBIGUOUS, CERTIFICATE_NOT_MOVABLE.
 */
export interface CertificateControl {
  list(): Promise<Omit<CertificateList, 'schema'>>;
  /** From now on its client gets in. */
  trust(thumbprint: string, origin: Origin): Promise<MovedCertificate>;
  /** From now on its client does not get in, and what it had open is closed. */
  reject(thumbprint: string, origin: Origin): Promise<MovedCertificate>;
  /** Forgets it: a client that comes with it is a stranger. */
  remove(thumbprint: string, origin: Origin): Promise<MovedCertificate>;
  /** Makes another one for the same key. Rejects with CERTIFICATE_NOT_OURS where it is the operator's. */
  renewOwn(use: 'opcua' | 'tls', origin: Origin): Promise<void>;
}
