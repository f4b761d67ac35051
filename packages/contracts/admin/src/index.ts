export type * from './answers.js';
export { driverStates } from './shapes.js';
export type * from './shapes.js';
