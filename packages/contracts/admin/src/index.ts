export type * from './alarm-shapes.js';
export type * from './answers.js';
export type * from './config-shapes.js';
export type * from './console-shapes.js';
export type * from './service-shapes.js';
export type * from './shapes.js';
