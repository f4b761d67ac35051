export type { ServiceFacts, ServiceHome, ServiceInstance, ServiceLoss, ServiceState } from './service-home.js';
export type { ServiceDirectories, ServiceSurroundings } from './service-surroundings.js';
