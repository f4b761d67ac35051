import { defineDriver } from '@fieldwarden/driver';
import { parseChaosAddress } from './address.js';
import hosted from './hosted.js';
import { chaosDeviceOptions, chaosOptions } from './options.js';

/** Breaks the process that it runs in, on command or by schedule, in every way that the Supervisor claims to survive. */
const chaosDriver = defineDriver({
  type: hosted.type,
  version: '1.0.0',
  tier: 'C',
  entry: import.meta.url,
  liveDevices: true,
  options: chaosOptions,
  deviceOptions: chaosDeviceOptions,
  address: (text, { type }) => parseChaosAddress(text, type),
  create: hosted.create,
});

export default chaosDriver;
