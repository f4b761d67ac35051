export { formatNodeAddress, parseNodeAddress, type NodeAddress } from './address/node-address.js';
export { default, default as opcUaClientDriver } from './driver.js';
export { opcUaDeviceOptions, opcUaOptions, type OpcUaDeviceOptions, type OpcUaOptions } from './options.js';
