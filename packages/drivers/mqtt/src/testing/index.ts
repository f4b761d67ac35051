export { mqttContract } from './mqtt-contract.js';
export { JsonDevice } from './json-device.js';
