export { parseChaosAddress, type ChaosAddress } from './address.js';
export { commandNames, isCommand, parseCommand, type Command, type CommandName } from './command.js';
export { default, default as chaosDriver } from './driver.js';
export { chaosDeviceOptions, chaosOptions, type ChaosDeviceOptions, type ChaosOptions } from './options.js';
