import modbus from '@fieldwarden/driver-modbus';
import s7 from '@fieldwarden/driver-s7';
import simulator from '@fieldwarden/driver-simulator';
import { DriverRegistry } from '@fieldwarden/driver';

/** A registry with every driver type that comes with the gateway; third-party types are added by the plant that names them. */
export function builtInDrivers(): DriverRegistry {
  const registry = new DriverRegistry();
  registry.register(modbus);
  registry.register(s7);
  registry.register(simulator);
  return registry;
}
