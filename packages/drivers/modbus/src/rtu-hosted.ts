import type { HostedDriver } from '@fieldwarden/driver';
import type { ModbusDeviceOptions } from './device-options.js';
import type { ModbusRtuOptions } from './options.js';
import { ModbusSession } from './session.js';
import { serialWire } from './wire/serial-wire.js';

/** What a Host loads of the driver for a serial line. */
const hostedModbusRtu: HostedDriver<ModbusRtuOptions, ModbusDeviceOptions> = {
  type: 'modbus-rtu',
  create: (context) => new ModbusSession(context, serialWire(context.options)),
};

export default hostedModbusRtu;
