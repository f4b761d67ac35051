export { mqttContract } from './mqtt-contract.js';
export { SparkplugDevice } from './sparkplug-device.js';
export { JsonDevice } from './json-device.js';
