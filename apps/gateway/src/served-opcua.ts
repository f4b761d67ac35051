import type { Status } from '@fieldwarden/admin-contract';
import type { PlantOpcua } from '@fieldwarden/config';
import type { Clock, Logger } from '@fieldwarden/core';
import type { OpcuaOutlet } from '@fieldwarden/opcua-server';
import type { TagStore, WriteRequests } from '@fieldwarden/tags';
import type { GatewayOptions } from './gateway-options.js';
import { version } from './version.js';

export interface ServedOpcuaParts {
  readonly options: Pick<GatewayOptions, 'bind' | 'opcuaPort'>;
  readonly site: string;
  readonly pkiDir: string;
  readonly store: TagStore;
  readonly writer: WriteRequests;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Server {
  readonly OpcuaOutlet: typeof OpcuaOutlet;
}

/** Loading the server's modules blocks for a second: done before the first scan, and only if the plant wants a server. */
export async function loadOpcua({ enabled }: PlantOpcua): Promise<Server | undefined> {
  return enabled ? await import('@fieldwarden/opcua-server') : undefined;
}

/** The OPC UA server, as the plant has it at present: there, or not. */
export class ServedOpcua {
  readonly #parts: ServedOpcuaParts;
  #outlet: OpcuaOutlet | undefined;

  constructor(parts: ServedOpcuaParts) {
    this.#parts = parts;
  }

  get port(): number | null {
    return this.#outlet?.port ?? null;
  }

  get endpointUrl(): string | null {
    return this.#outlet?.endpointUrl ?? null;
  }

  statistics(): ReturnType<OpcuaOutlet['statistics']> | undefined {
    return this.#outlet?.statistics();
  }

  status(): Status['opcua'] {
    return this.#outlet ? { endpointUrl: this.#outlet.endpointUrl, ...this.#outlet.statistics() } : null;
  }

  /** Ends a server that runs, and starts one with these settings if they want one. Clients have to connect anew. */
  async serve(plant: PlantOpcua): Promise<void> {
    await this.stop();
    const server = await loadOpcua(plant);
    if (!server) return;
    const { options, site, pkiDir, store, writer, clock, logger } = this.#parts;
    this.#outlet = await server.OpcuaOutlet.start(
      {
        host: options.bind,
        port: options.opcuaPort ?? plant.port ?? 4840,
        site,
        pkiDir,
        securityPolicies: plant.securityPolicies,
        anonymous: plant.anonymous,
        version,
      },
      { store, writer, logger, clock },
    );
  }

  async stop(): Promise<void> {
    const outlet = this.#outlet;
    this.#outlet = undefined;
    await outlet?.stop();
  }
}
