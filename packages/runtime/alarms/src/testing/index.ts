export { acknowledge } from './acknowledge.js';
export { alarmEvent } from './alarm-event.js';
export { MemoryTable } from './memory-table.js';
export { ObservedBook } from './observed-book.js';
export { testCondition, testVerdict } from './test-conditions.js';
