export { driverStates } from './shapes.js';
export type * from './shapes.js';
