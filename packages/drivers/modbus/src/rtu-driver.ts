import { defineDriver } from '@fieldwarden/driver';
import { modbusHint } from './address/address-hint.js';
import { parseModbusAddress } from './address/address.js';
import { modbusRtuDeviceOptions } from './device-options.js';
import { checkModbusRtu } from './rules/option-rules.js';
import { modbusRtuOptions } from './options.js';
import { serialWire } from './wire/serial-wire.js';
import { ModbusSession } from './session.js';

/** Modbus RTU: any number of slaves on one serial line. Tier C because the serial port is a native module. */
export default defineDriver({
  type: 'modbus-rtu',
  version: '1.0.0',
  tier: 'C',
  entry: import.meta.url,
  liveDevices: true,
  options: modbusRtuOptions,
  deviceOptions: modbusRtuDeviceOptions,
  check: checkModbusRtu,
  address: parseModbusAddress,
  hint: modbusHint,
  create: (context) => new ModbusSession(context, serialWire(context.options)),
});
