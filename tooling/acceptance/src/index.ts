export { GatewayProcess, type AdminAnswer, type GatewayLaunch } from './processes/gateway-process.js';
export { GatewayRefused } from './processes/gateway-refused.js';
export { isAlive } from './processes/is-alive.js';
export { JsonLinesProcess } from './processes/json-lines-process.js';
export { processUsage, type MeasuredUsage } from './processes/process-usage.js';
export { cliLauncher, runCli, type CliResult } from './processes/run-cli.js';
