export type * from './alarm-shapes.js';
export type * from './answers.js';
export { applyActions } from './config-shapes.js';
export type * from './config-shapes.js';
export type * from './console-shapes.js';
export { driverActions, driverStates } from './shapes.js';
export type * from './shapes.js';
