export { GatewayProcess } from './gateway-process.js';
export { isAlive } from './is-alive.js';
export { JsonLinesProcess } from './json-lines-process.js';
export { processUsage, type ProcessUsage } from './process-usage.js';
export { cliLauncher, runCli, type CliResult } from './run-cli.js';
