import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua';
import { checkOwnIdentity } from './own-identity.js';
import type { CertificateManagers } from '../server/outlet-options.js';

/**
 * Certificate stores of the server's clients and of its users, each with its own folder: the library shares stores of the
 * same folder, keys included. Unknown certificates land in `rejected`.
 */
export async function openCertificates(pkiDir: string): Promise<CertificateManagers> {
  await checkOwnIdentity(pkiDir);
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
