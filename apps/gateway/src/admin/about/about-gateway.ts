import type { About } from '@fieldwarden/admin-contract';
import type { Catalogue } from '@fieldwarden/config';
import type { HomeDirectory } from '../../process/home-directory.js';
import { version } from '../../version.js';
import { licences } from './licences.js';
import { ownCertificates } from './own-certificates.js';

export interface AboutParts {
  readonly home: HomeDirectory;
  readonly catalogue: Catalogue;
  readonly ports: About['ports'];
}

/** Versions, ports, driver types, certificates and licences of this gateway. */
export async function aboutGateway({ home, catalogue, ports }: AboutParts): Promise<About> {
  return {
    schema: 'fieldwarden/about@1',
    version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    home: home.path,
    ports,
    driverTypes: catalogue.drivers.types().map((definition) => ({
      type: definition.type,
      version: definition.version,
      tier: definition.tier,
    })),
    certificates: await ownCertificates(home.file('pki', 'own', 'certs')),
    licences: await licences(),
  };
}
