import { defineDriver } from '@fieldwarden/driver';
import { modbusHint } from './address/address-hint.js';
import { parseModbusAddress } from './address/address.js';
import { modbusRtuDeviceOptions } from './device-options.js';
import hosted from './rtu-hosted.js';
import { checkModbusRtu } from './rules/option-rules.js';
import { modbusRtuOptions } from './options.js';

/** Modbus RTU: any number of slaves on one serial line. Tier C because the serial port is a native module. */
export default defineDriver({
  type: hosted.type,
  version: '1.0.0',
  tier: 'C',
  entry: import.meta.url,
  liveDevices: true,
  options: modbusRtuOptions,
  deviceOptions: modbusRtuDeviceOptions,
  check: checkModbusRtu,
  address: parseModbusAddress,
  hint: modbusHint,
  create: hosted.create,
});
