export { DriverInstance } from './driver-instance.js';
export { driverSettings, type DriverSettings } from './driver-settings.js';
export type { InstanceDependencies } from './instance-dependencies.js';
export { driverState } from './state/driver-state.js';
export type { ScanPlanDescription } from './devices/device-runtime.js';
export type { InstanceObserver } from './instance-observer.js';
