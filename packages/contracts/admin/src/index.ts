export type * from './answers.js';
export { driverActions, driverStates } from './shapes.js';
export type * from './shapes.js';
