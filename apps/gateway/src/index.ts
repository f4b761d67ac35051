export { PlantRefused, type GatewayOptions, type RunningGateway } from './gateway-options.js';
export { runGateway } from './run-gateway.js';
