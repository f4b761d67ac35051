import type { About } from '@fieldwarden/admin-contract';
import type { Catalogue } from '@fieldwarden/config';
import type { RunningServices } from '@fieldwarden/services';
import type { Supervisor } from '@fieldwarden/supervisor';
import { servicePorts } from '../../views/service-view.js';
import { licences } from './licences.js';
import { ownCertificates } from './own-certificates.js';

/** Where the gateway is, and what it came with. */
export interface Installation {
  readonly version: string;
  /** Path of the home directory. */
  readonly home: string;
  /** Folder of the certificates that the OPC UA server shows. */
  readonly certificates: string;
  /** What npm notes of everything that it installed: `node_modules/.package-lock.json`. */
  readonly installedPackages: string;
}

export interface LocalAboutDependencies {
  readonly installation: Installation;
  readonly catalogue: Catalogue;
  readonly services: RunningServices;
  readonly supervisor: Pick<Supervisor, 'spare'>;
  readonly healthPort: number;
}

/** Versions, ports, the spare process, driver types, certificates and licences of this gateway. */
export class LocalAbout {
  readonly #deps: LocalAboutDependencies;
  /** Read at the first question: they are thousands, and never change. */
  #licences: Promise<About['licences']> | undefined;

  constructor(deps: LocalAboutDependencies) {
    this.#deps = deps;
  }

  async answer(adminPort: number): Promise<About> {
    const { installation, catalogue, services, supervisor, healthPort } = this.#deps;
    const { spare } = supervisor;
    this.#licences ??= licences(installation.installedPackages);
    const certificates = ownCertificates(installation.certificates);
    const [known, own] = await Promise.all([this.#licences, certificates]);
    return {
      schema: 'fieldwarden/about@1',
      version: installation.version,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      home: installation.home,
      ports: { ...servicePorts(services), health: healthPort, admin: adminPort },
      spareProcess: spare ? { pid: spare.pid, ready: spare.isWaiting, memoryBytes: spare.memoryBytes } : null,
      driverTypes: catalogue.drivers.types().map((definition) => ({
        type: definition.type,
        version: definition.version,
        tier: definition.tier,
      })),
      certificates: own,
      licences: known,
    };
  }
}
