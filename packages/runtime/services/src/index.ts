export { ServiceTagSpace, type TagSpaceStore } from './service-tag-space.js';
export { HostServiceHome } from './host-service-home.js';
export { InProcessServiceHome } from './in-process-service-home.js';
export {
  RunningServices,
  type RunningServicesDependencies,
  type ServicesObserver,
  type ServiceStepFailure,
} from './running-services.js';
export type {
  ServiceFacts,
  ServiceFailure,
  ServiceHome,
  ServiceInstance,
  ServiceLoss,
  ServiceState,
  StandingService,
} from './service-home.js';
export type { ServiceDirectories, ServiceSurroundings } from './service-surroundings.js';
