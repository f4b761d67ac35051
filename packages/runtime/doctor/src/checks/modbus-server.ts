import { ok, warn, type Check } from '../check.js';
import { isLoopback, section } from '../facts/doctor-facts.js';

/** Modbus knows no names and no encryption: who reaches the port may do what the map says. */
export const modbusServer: Check = {
  id: 'modbus-server',
  run(facts) {
    const { enabled, port } = section(facts, 'modbusServer');
    if (facts.document?.modbusServer === undefined || enabled === false) return ok('the Modbus server is off');
    const bind = facts.running?.bind ?? '127.0.0.1';
    if (isLoopback(bind)) return ok('the Modbus server is reached from this machine only');
    return warn(
      `the Modbus server answers everybody who reaches ${bind}:${Number(port ?? 1502)}`,
      'let a firewall allow the clients that need it, and map as read-write only what they write',
    );
  },
};
