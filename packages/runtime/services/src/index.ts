export { HostServiceHome } from './host-service-home.js';
export { InProcessServiceHome } from './in-process-service-home.js';
export type {
  ServiceFacts,
  ServiceFailure,
  ServiceHome,
  ServiceInstance,
  ServiceLoss,
  ServiceState,
} from './service-home.js';
export type { ServiceDirectories, ServiceSurroundings } from './service-surroundings.js';
