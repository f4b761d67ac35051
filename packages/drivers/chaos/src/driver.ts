import { defineDriver } from '@fieldwarden/driver';
import { parseChaosAddress } from './address.js';
import { isHostProcess } from './faults/host-process.js';
import { chaosDeviceOptions, chaosOptions } from './options.js';
import { ChaosSession } from './session.js';
import { SubscribingChaosSession } from './subscribing-session.js';

/** Breaks the process that it runs in, on command or by schedule, in every way that the Supervisor claims to survive. */
const chaosDriver = defineDriver({
  type: 'chaos',
  version: '1.0.0',
  tier: 'C',
  entry: import.meta.url,
  liveDevices: true,
  options: chaosOptions,
  deviceOptions: chaosDeviceOptions,
  address: (text, { type }) => parseChaosAddress(text, type),
  create: (context) => {
    const Session = context.options.delivery === 'subscribe' ? SubscribingChaosSession : ChaosSession;
    return new Session(context, isHostProcess());
  },
});

export default chaosDriver;
