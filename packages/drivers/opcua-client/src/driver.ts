import { defineDriver } from '@fieldwarden/driver';
import { opcUaAddressHint } from './address/address-hint.js';
import { parseNodeAddress } from './address/node-address.js';
import { checkOpcUaOptions } from './check-options.js';
import hosted from './hosted.js';
import { opcUaDeviceOptions, opcUaOptions } from './options.js';

/** Nodes of an OPC UA server as tags (SPEC §9.3). */
const opcUaClientDriver = defineDriver({
  type: hosted.type,
  version: '1.0.0',
  tier: 'A',
  entry: import.meta.url,
  mayOverlap: true,
  liveDevices: true,
  options: opcUaOptions,
  deviceOptions: opcUaDeviceOptions,
  check: (options) => checkOpcUaOptions(options),
  address: (text) => parseNodeAddress(text),
  hint: opcUaAddressHint,
  create: hosted.create,
});

export default opcUaClientDriver;
