export { s7Mangles, type S7SimKnobs } from './s7-sim-knobs.js';
export { S7SimServer, type S7SimCounters, type S7SimOptions, type S7SimWriteRecord } from './s7-sim-server.js';
export { areaCodes as s7AreaCodes, returnCodes as s7ReturnCodes, type S7SimItem } from './s7-sim-protocol.js';
