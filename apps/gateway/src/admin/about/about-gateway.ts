import type { About } from '@fieldwarden/admin-contract';
import type { DriverRegistry } from '@fieldwarden/driver';
import type { HomeDirectory } from '../../process/home-directory.js';
import { version } from '../../version.js';
import { licences } from './licences.js';
import { ownCertificates } from './own-certificates.js';

export interface AboutParts {
  readonly home: HomeDirectory;
  readonly registry: DriverRegistry;
  readonly ports: About['ports'];
  /** Whether there is an OPC UA server, whose certificate is shown. */
  readonly opcua: boolean;
}

/** Versions, ports, driver types, certificates and licences of this gateway. */
export async function aboutGateway({ home, registry, ports, opcua }: AboutParts): Promise<About> {
  return {
    schema: 'fieldwarden/about@1',
    version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    home: home.path,
    ports,
    driverTypes: registry.types().map((definition) => ({
      type: definition.type,
      version: definition.version,
      tier: definition.tier,
    })),
    certificates: opcua ? await ownCertificates(home.file('pki', 'own', 'certs')) : [],
    licences: await licences(),
  };
}
