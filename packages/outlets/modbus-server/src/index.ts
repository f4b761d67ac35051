export { default as modbusServer } from './service.js';
export { modbusServerSettings, type ModbusServerSettings } from './settings.js';
