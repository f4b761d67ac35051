export { GatewayProcess, type AdminAnswer, type GatewayLaunch } from './gateway-process.js';
export { GatewayRefused } from './gateway-refused.js';
export { isAlive } from './is-alive.js';
export { JsonLinesProcess } from './json-lines-process.js';
export { processUsage, type ProcessUsage } from './process-usage.js';
export { cliLauncher, runCli, type CliResult } from './run-cli.js';
