import type { HostedDriver } from '@fieldwarden/driver';
import type { ModbusDeviceOptions } from './device-options.js';
import type { ModbusOptions } from './options.js';
import { ModbusSession } from './session.js';
import { tcpWire } from './wire/tcp-wire.js';

/** What a Host loads of the driver for TCP. */
const hostedModbus: HostedDriver<ModbusOptions, ModbusDeviceOptions> = {
  type: 'modbus',
  create: (context) => new ModbusSession(context, tcpWire(context.options)),
};

export default hostedModbus;
