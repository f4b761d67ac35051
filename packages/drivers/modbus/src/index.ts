export { default, default as modbusDriver } from './driver.js';
export { parseModbusAddress, type ModbusAddress } from './address.js';
export { modbusDeviceOptions, modbusOptions, type ModbusDeviceOptions, type ModbusOptions } from './options.js';
