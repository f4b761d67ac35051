export type { AlarmBook } from './alarm-book.js';
export { alarmRow, type PresentAlarm } from './alarm-row.js';
export { DriverInstance } from './driver-instance.js';
export { driverSettings, type DriverSettings } from './driver-settings.js';
export type { InstanceDependencies } from './instance-dependencies.js';
export { driverState } from './driver-state.js';
export type { ScanPlanDescription } from './device-runtime.js';
export type { InstanceObserver } from './instance-observer.js';
