import type { HostedDriver } from '@fieldwarden/driver';
import type { MqttDeviceOptions, MqttOptions } from './options.js';
import { MqttSession } from './session.js';

/** What a Host loads of this driver. */
const hostedMqtt: HostedDriver<MqttOptions, MqttDeviceOptions> = {
  type: 'mqtt',
  create: (context) => new MqttSession(context),
};

export default hostedMqtt;
