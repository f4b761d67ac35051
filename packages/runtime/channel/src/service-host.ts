// The same for the Host of a service.
export { runHost } from './process/run-host.js';
export type { ServiceInitMessage } from './service/service-messages.js';
export { ServiceServer, type ServiceServerDependencies } from './service/hosted/service-server.js';
