import { defineDriver } from '@fieldwarden/driver';
import { checkMqttOptions } from './check-options.js';
import hosted from './hosted.js';
import { mqttDeviceOptions, mqttOptions } from './options.js';
import { mqttAddress } from './tag-address.js';
import { mqttTagOptions } from './tag-options.js';

/** Topics of an MQTT broker as tags (SPEC §9.4). */
const mqttDriver = defineDriver({
  type: hosted.type,
  version: '1.0.0',
  tier: 'A',
  entry: import.meta.url,
  liveDevices: true,
  options: mqttOptions,
  deviceOptions: mqttDeviceOptions,
  tagOptions: mqttTagOptions,
  check: checkMqttOptions,
  address: (text, context) => mqttAddress(text, context),
  create: hosted.create,
});

export default mqttDriver;
