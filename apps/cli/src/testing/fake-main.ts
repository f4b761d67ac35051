import { gatewayLoader } from '../gateway/gateway-module.js';
import { processShell } from '../process-shell.js';
import { runCli } from '../run-cli.js';

/** The command line over the fake gateway; itself what `up --detach` starts again. */
process.exitCode = await runCli(
  process.argv.slice(2),
  processShell({
    ...gatewayLoader,
    runGateway: async (options) => await (await import('./fake-gateway.js')).runFakeGateway(options),
  }),
);
