import { defineService } from '@fieldwarden/service';
import { checkSettings } from './map/check-settings.js';
import { ModbusServer } from './modbus-server.js';
import { defaultPort, modbusServerSettings, type ModbusServerSettings } from './settings.js';

/**
 * Tags as registers and coils for HMIs, building systems and old SCADA (SPEC §10.3).
 *
 * In-process by default: a request has at most 260 bytes and costs some microseconds, a connection holds a few kilobytes, and one that
 * does not read is not answered. What a stranger can ask for is bounded, so a process of its own buys little; it works there as well.
 */
export default defineService<ModbusServerSettings>({
  name: 'modbus-server',
  title: 'Modbus server',
  version: '1.0.0',
  section: 'modbusServer',
  entry: import.meta.url,
  isolation: 'in-process',
  port: {
    option: 'modbus-port',
    variable: 'FIELDWARDEN_MODBUS_PORT',
    runFileField: 'modbusPort',
    defaultPort,
  },
  disturbance: { restart: 'its clients have to connect again', stop: 'its clients are cut off' },
  schema: modbusServerSettings,
  check: checkSettings,
  // Maps and rules are looked at by every request; the port and what travels on it belong to the connections.
  changesLive: (before, after) => before.port === after.port && before.framing === after.framing,
  create: (context) => new ModbusServer(context),
});
