import { defineDriver } from '@fieldwarden/driver';
import { parseSimulatorAddress } from './address.js';
import hosted from './hosted.js';
import { simulatorDeviceOptions, simulatorOptions } from './options.js';

/** Values out of thin air: waveforms of the clock, memory that keeps what is written, and failures on demand. */
const simulatorDriver = defineDriver({
  type: hosted.type,
  version: '1.0.0',
  tier: 'A',
  entry: import.meta.url,
  liveDevices: true,
  mayOverlap: true,
  options: simulatorOptions,
  deviceOptions: simulatorDeviceOptions,
  address: (text, { type }) => parseSimulatorAddress(text, type),
  create: hosted.create,
});

export default simulatorDriver;
