export { parseAddress, type S7Address, type S7Area } from './address/address.js';
export { default as s7Driver } from './driver.js';
export { s7DeviceOptions, s7Options, type S7DeviceOptions, type S7Options } from './options.js';
