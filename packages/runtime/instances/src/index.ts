export { DriverInstance } from './driver-instance.js';
export type { DriverSettings } from './driver-settings.js';
export type { InstanceDependencies } from './instance-dependencies.js';
export { driverState } from './driver-state.js';
export type { ScanPlanDescription } from './device-runtime.js';
export type { InstanceObserver } from './instance-observer.js';
