import {
  ownNames,
  machineNames,
  storeFolders,
  TlsKeeper,
  type ServedTls,
  type TlsSettings,
} from '@fieldwarden/certificates';
import type { Plant } from '@fieldwarden/config';
import type { CommonDependencies } from '../process/common-dependencies.js';

export interface AdminTlsDependencies {
  readonly site: string;
  /** Of the services as they run now. */
  readonly services: () => Plant['services'];
}

/** Key and certificate of the Admin API's port, as the plant says, and who serves by them. */
export class AdminTls {
  readonly keeper: TlsKeeper;
  readonly #listeners = new Set<(served: ServedTls | undefined) => void>();

  constructor(common: CommonDependencies, { site, services }: AdminTlsDependencies) {
    const { home, options, clock, concerns, events, logging, shutdownSteps } = common;
    const { logger } = logging;
    this.keeper = new TlsKeeper({
      folder: storeFolders(home.file('pki')).tls,
      needs: () => {
        const machine = machineNames();
        const hostNames = [...(options.adminHosts ?? []), ...opcuaHostNames(services())];
        const names = ownNames({ bind: options.bind, hostNames, ...machine });
        return { names, nowMs: clock.wallMs(), commonName: `Fieldwarden ${site}@${machine.machineName}` };
      },
      clock,
      logger,
      tell: (message) => {
        logger.warn(message);
        events.append({ type: 'config', message });
      },
      onTrouble: (message) =>
        message === undefined ? concerns.clear('tls-files') : concerns.raise('tls-files', message),
      onServed: (served) => this.#listeners.forEach((listener) => listener(served)),
    });
    shutdownSteps.add('TLS', async () => await this.keeper[Symbol.asyncDispose]());
  }

  get served(): ServedTls | undefined {
    return this.keeper.served;
  }

  /** How the port is spoken to. */
  get protocol(): 'http' | 'https' {
    return this.served ? 'https' : 'http';
  }

  /** Resolves when new connections are met by these settings. Never rejects. */
  async apply(settings: TlsSettings): Promise<void> {
    await this.keeper.apply(settings);
  }

  /** Called whenever new connections are to be met otherwise. */
  follow(listener: (served: ServedTls | undefined) => void): void {
    this.#listeners.add(listener);
  }
}

/** Names that the plant gives this machine: one is enough for both servers. */
function opcuaHostNames(services: Plant['services']): readonly string[] {
  const settings = services.find(({ name }) => name === 'opcua')?.settings as
    { readonly hostNames?: unknown } | undefined;
  return Array.isArray(settings?.hostNames) ? settings.hostNames.filter((name) => typeof name === 'string') : [];
}
