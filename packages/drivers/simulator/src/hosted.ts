import type { HostedDriver } from '@fieldwarden/driver';
import type { SimulatorDeviceOptions, SimulatorOptions } from './options.js';
import { SimulatorSession } from './session.js';
import { SubscribingSimulatorSession } from './subscribing-session.js';

/** What a Host loads of this driver. */
const hostedSimulator: HostedDriver<SimulatorOptions, SimulatorDeviceOptions> = {
  type: 'simulator',
  create: (context) =>
    context.options.delivery === 'subscribe' ? new SubscribingSimulatorSession(context) : new SimulatorSession(context),
};

export default hostedSimulator;
