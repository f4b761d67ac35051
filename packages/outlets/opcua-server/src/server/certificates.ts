import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from '@fieldwarden/core';
import {
  OPCUACertificateManager,
  setDefaultCertificateSubject,
  type OPCUAServer,
  type StatusCode as UaStatusCode,
} from 'node-opcua';
import { checkOwnIdentity } from './own-identity.js';
import type { CertificateManagers } from './outlet-options.js';

/**
 * Certificate stores of the server's clients and of its users, each with its own folder: the library shares stores of the
 * same folder, keys included. Unknown certificates land in `rejected`. A missing own certificate is made at start, in the product's name
 * and not in the library's.
 */
export async function openCertificates(pkiDir: string): Promise<CertificateManagers> {
  await checkOwnIdentity(pkiDir);
  setDefaultCertificateSubject('/O=Fieldwarden');
  const server = new OPCUACertificateManager({ rootFolder: pkiDir, automaticallyAcceptUnknownCertificate: false });
  const user = new OPCUACertificateManager({
    rootFolder: join(pkiDir, 'users'),
    automaticallyAcceptUnknownCertificate: false,
  });
  await server.initialize();
  await user.initialize();
  return { server, user };
}

export async function closeCertificates({ server, user }: CertificateManagers): Promise<void> {
  await server.dispose();
  await user.dispose();
}

/** Certificates told apart in the log; a client that tries every second is one line. */
const maxReported = 1_000;

/** Tells the operator who was refused and what lets them in. Call when the server is initialised. */
export function reportRefusedCertificates({ endpoints }: OPCUAServer, pkiDir: string, logger: Logger): void {
  const reported = new Set<string>();
  for (const endpoint of endpoints) {
    const inherited = endpoint.adjustCertificateStatus.bind(endpoint);
    endpoint.adjustCertificateStatus = (status, certificate) => {
      const { subject, fingerprint } = describe(certificate);
      if (!reported.has(fingerprint) && reported.size < maxReported) {
        reported.add(fingerprint);
        logger.warn(`OPC UA client ${subject} refused: ${reason(status, pkiDir)}`, { fingerprint });
      }
      return inherited(status, certificate);
    };
  }
}

function reason({ name }: UaStatusCode, pkiDir: string): string {
  if (name !== 'BadCertificateUntrusted') return `its certificate is not acceptable (${name})`;
  return `its certificate is not trusted; move it from ${join(pkiDir, 'rejected')} to ${join(pkiDir, 'trusted', 'certs')} to let it in`;
}

function describe(certificate: Buffer): { subject: string; fingerprint: string } {
  try {
    const { subject, fingerprint } = new X509Certificate(certificate);
    return { subject: subject.replaceAll('\n', ', '), fingerprint };
  } catch {
    return { subject: 'with an unreadable certificate', fingerprint: 'unreadable' };
  }
}
