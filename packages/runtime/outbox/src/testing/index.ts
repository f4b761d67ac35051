export { messageOn, openOutbox, textOf, wideLimits } from './test-outbox.js';
export { programs } from './programs.js';
