import { join } from 'node:path';

/** Stores whose files an operator moves or removes. */
export const movableStores = ['trusted', 'rejected', 'issuers'] as const;

export type MovableStore = (typeof movableStores)[number];

/** Folders below `<home>/pki`, laid out as OPC UA programs do (OPC 10000-12, F). */
export interface StoreFolders {
  readonly trusted: string;
  /** Clients that came and are not trusted. */
  readonly rejected: string;
  readonly issuers: string;
  /** The OPC UA server's own. */
  readonly ownCertificate: string;
  /** A file: the OPC UA server makes its certificate anew at its next start. */
  readonly renewWanted: string;
  /** The own certificate of the Admin API and its key. */
  readonly tls: string;
  /** Who came last, as the OPC UA server tells. */
  readonly lastSeen: string;
}

export function storeFolders(pkiDir: string): StoreFolders {
  return {
    trusted: join(pkiDir, 'trusted', 'certs'),
    rejected: join(pkiDir, 'rejected'),
    issuers: join(pkiDir, 'issuers', 'certs'),
    ownCertificate: join(pkiDir, 'own', 'certs', 'certificate.pem'),
    renewWanted: join(pkiDir, 'own', 'renew-wanted'),
    tls: join(pkiDir, 'tls'),
    lastSeen: join(pkiDir, 'last-seen.json'),
  };
}
