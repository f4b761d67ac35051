import { defineDriver } from '@fieldwarden/driver';
import { parseSimulatorAddress } from './address.js';
import { simulatorDeviceOptions, simulatorOptions } from './options.js';
import { SimulatorSession } from './session.js';
import { SubscribingSimulatorSession } from './subscribing-session.js';

/** Values out of thin air: waveforms of the clock, memory that keeps what is written, and failures on demand. */
const simulatorDriver = defineDriver({
  type: 'simulator',
  version: '1.0.0',
  tier: 'A',
  entry: import.meta.url,
  liveDevices: true,
  mayOverlap: true,
  options: simulatorOptions,
  deviceOptions: simulatorDeviceOptions,
  address: (text, { type }) => parseSimulatorAddress(text, type),
  create: (context) =>
    context.options.delivery === 'subscribe' ? new SubscribingSimulatorSession(context) : new SimulatorSession(context),
});

export default simulatorDriver;
