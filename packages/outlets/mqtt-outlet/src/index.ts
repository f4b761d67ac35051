export { default as mqttOutlet } from './service.js';
