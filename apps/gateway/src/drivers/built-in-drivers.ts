import { chaosDriver } from '@fieldwarden/driver-chaos';
import { modbusDriver, modbusRtuDriver } from '@fieldwarden/driver-modbus';
import { mqttDriver } from '@fieldwarden/driver-mqtt';
import { opcUaClientDriver } from '@fieldwarden/driver-opcua-client';
import { s7Driver } from '@fieldwarden/driver-s7';
import { simulatorDriver } from '@fieldwarden/driver-simulator';
import { DriverRegistry } from '@fieldwarden/driver';

/** A registry with every driver type that comes with the gateway; third-party types are added by the plant that names them. */
export function builtInDrivers(): DriverRegistry {
  const registry = new DriverRegistry();
  registry.register(modbusDriver);
  registry.register(modbusRtuDriver);
  registry.register(mqttDriver);
  registry.register(opcUaClientDriver);
  registry.register(s7Driver);
  registry.register(simulatorDriver);
  registry.register(chaosDriver);
  return registry;
}
