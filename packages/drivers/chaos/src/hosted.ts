import type { HostedDriver } from '@fieldwarden/driver';
import { isHostProcess } from './faults/host-process.js';
import type { ChaosDeviceOptions, ChaosOptions } from './options.js';
import { ChaosSession } from './session.js';
import { SubscribingChaosSession } from './subscribing-session.js';

/** What a Host loads of this driver. */
const hostedChaos: HostedDriver<ChaosOptions, ChaosDeviceOptions> = {
  type: 'chaos',
  create: (context) => {
    const Session = context.options.delivery === 'subscribe' ? SubscribingChaosSession : ChaosSession;
    return new Session(context, isHostProcess());
  },
};

export default hostedChaos;
