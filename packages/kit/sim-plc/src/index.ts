export { s7Mangles, type S7SimKnobs } from './s7-sim-knobs.js';
export { S7SimServer, type S7SimCounters, type S7SimOptions, type S7SimWriteRecord } from './s7-sim-server.js';
export { areaCodes as s7AreaCodes, returnCodes as s7ReturnCodes, type S7SimItem } from './s7-sim-protocol.js';
export { ModbusCounters, type ModbusWriteRecord } from './modbus-counters.js';
export { intervalStats, type IntervalStats } from './modbus-interval-stats.js';
export type { ModbusHole, ModbusKnobs, ModbusServerKnobs } from './modbus-knobs.js';
export { BitBank, ModbusMemory, RegisterBank, type ModbusArea } from './modbus-memory.js';
export { ModbusSimServer, type ModbusSimOptions } from './modbus-sim-server.js';
export { ModbusSimUnit } from './modbus-sim-unit.js';
