export { parseSimulatorAddress, type SimulatorAddress } from './address.js';
export { default, default as simulatorDriver } from './driver.js';
export {
  simulatorDeviceOptions,
  simulatorOptions,
  type SimulatorDeviceOptions,
  type SimulatorOptions,
} from './options.js';
