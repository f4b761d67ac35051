import { defineDriver } from '@fieldwarden/driver';
import { checkMqttOptions } from './check-options.js';
import { mqttDeviceOptions, mqttOptions } from './options.js';
import { MqttSession } from './session.js';
import { mqttAddress } from './tag-address.js';
import { mqttTagOptions } from './tag-options.js';

/** Topics of an MQTT broker as tags (SPEC §9.4). */
const mqttDriver = defineDriver({
  type: 'mqtt',
  version: '1.0.0',
  tier: 'A',
  entry: import.meta.url,
  liveDevices: true,
  options: mqttOptions,
  deviceOptions: mqttDeviceOptions,
  tagOptions: mqttTagOptions,
  check: checkMqttOptions,
  address: (text, context) => mqttAddress(text, context),
  create: (context) => new MqttSession(context),
});

export default mqttDriver;
