import { defineDriver } from '@fieldwarden/driver';
import { s7Hint } from './address/address-hint.js';
import { parseAddress } from './address/address.js';
import hosted from './hosted.js';
import { s7DeviceOptions, s7Options } from './options.js';

/** Siemens S7-300, 400, 1200, 1500 and compatible CPUs over ISO-on-TCP. */
export default defineDriver({
  type: hosted.type,
  version: '0.1.0',
  // nodes7 throws out of socket callbacks; it is fenced in here, and the Host is the second fence
  tier: 'C',
  entry: import.meta.url,
  liveDevices: true,
  options: s7Options,
  deviceOptions: s7DeviceOptions,
  address: (text, { type, access }) => parseAddress(text, type, access),
  hint: (point) => s7Hint(point),
  create: hosted.create,
});
