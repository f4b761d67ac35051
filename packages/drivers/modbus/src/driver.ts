import { defineDriver } from '@fieldwarden/driver';
import { modbusHint } from './address/address-hint.js';
import { parseModbusAddress } from './address/address.js';
import { modbusDeviceOptions } from './device-options.js';
import hosted from './hosted.js';
import { checkModbus } from './rules/option-rules.js';
import { modbusOptions } from './options.js';

/** Modbus TCP, or RTU frames over TCP: any number of units behind one connection. */
export default defineDriver({
  type: hosted.type,
  version: '1.0.0',
  tier: 'B',
  entry: import.meta.url,
  liveDevices: true,
  mayOverlap: true, // where the device takes two connections; the plant says so by supervision.overlap
  options: modbusOptions,
  deviceOptions: modbusDeviceOptions,
  check: checkModbus,
  address: parseModbusAddress,
  hint: modbusHint,
  create: hosted.create,
});
