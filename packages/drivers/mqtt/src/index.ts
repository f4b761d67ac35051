export { parseMqttAddress, type MqttAddress, type Selector } from './address/address.js';
export { default, default as mqttDriver } from './driver.js';
export { mqttDeviceOptions, mqttOptions, type MqttDeviceOptions, type MqttOptions } from './options.js';
export { mqttTagOptions, type MqttTagOptions } from './tag-options.js';
