import alarms from '@fieldwarden/alarm-conditions/service';
import calculatedTags from '@fieldwarden/calculated-tags/service';
import access from '@fieldwarden/directory/service';
import history from '@fieldwarden/history/service';
import internalTags from '@fieldwarden/internal-tags/service';
import modbusServer from '@fieldwarden/modbus-server/service';
import mqttOutlet from '@fieldwarden/mqtt-outlet/service';
import notifications from '@fieldwarden/notifications/service';
import opcua from '@fieldwarden/opcua-server/service';
import { ServiceRegistry } from '@fieldwarden/service';

/** Every service that comes with the gateway, in the order in which they start; third parties' are added by the plant that names them. */
export function builtInServices(): ServiceRegistry {
  const registry = new ServiceRegistry();
  registry.register(alarms);
  registry.register(history);
  registry.register(internalTags);
  registry.register(calculatedTags);
  registry.register(opcua);
  registry.register(modbusServer);
  registry.register(mqttOutlet);
  registry.register(access);
  registry.register(notifications);
  return registry;
}
