export type { Shell } from './command-context.js';
export { exitCodes, type ExitCode } from './exit-code.js';
export type { GatewayLoader } from './gateway/gateway-module.js';
export { processShell } from './process-shell.js';
export { runCli } from './run-cli.js';
