import type { Catalogue } from '@fieldwarden/config';
import type { GatewayOptions, RunningGateway } from '@fieldwarden/gateway';

/** What the command line needs of the gateway itself. */
export interface GatewayLoader {
  runGateway(options: GatewayOptions): Promise<RunningGateway>;
  builtInCatalogue(): Promise<Catalogue>;
}

/** Loads the gateway, or only what it knows of drivers and services, only when a command needs them: the others start quickly. */
export const gatewayLoader: GatewayLoader = {
  async runGateway(options) {
    const { runGateway } = await import('@fieldwarden/gateway');
    return await runGateway(options);
  },
  async builtInCatalogue() {
    const { builtInCatalogue } = await import('@fieldwarden/gateway/catalogue');
    return builtInCatalogue();
  },
};
