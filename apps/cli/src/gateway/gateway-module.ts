import type { DriverRegistry } from '@fieldwarden/driver';
import type { GatewayOptions, RunningGateway } from '@fieldwarden/gateway';

/** What the command line needs of the gateway itself. */
export interface GatewayLoader {
  runGateway(options: GatewayOptions): Promise<RunningGateway>;
  builtInDrivers(): Promise<DriverRegistry>;
}

/** Loads the gateway, or the drivers alone, only when a command needs them: the others start quickly. */
export const gatewayLoader: GatewayLoader = {
  async runGateway(options) {
    const { runGateway } = await import('@fieldwarden/gateway');
    return await runGateway(options);
  },
  async builtInDrivers() {
    const { builtInDrivers } = await import('@fieldwarden/gateway/built-in-drivers');
    return builtInDrivers();
  },
};
