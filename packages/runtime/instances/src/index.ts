export { DriverInstance, type InstanceDependencies } from './driver-instance.js';
export { driverState } from './driver-state.js';
export type { ScanPlanDescription } from './device-runtime.js';
export type { InstanceObserver } from './instance-observer.js';
