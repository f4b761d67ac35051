export { default, default as modbusDriver } from './driver.js';
export { default as modbusRtuDriver } from './rtu-driver.js';
export { parseModbusAddress, type ModbusAddress } from './address/address.js';
export { modbusDeviceOptions, type ModbusDeviceOptions } from './device-options.js';
export { modbusOptions, modbusRtuOptions, type ModbusOptions, type ModbusRtuOptions } from './options.js';
