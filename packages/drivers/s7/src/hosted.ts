import type { HostedDriver } from '@fieldwarden/driver';
import type { S7DeviceOptions, S7Options } from './options.js';
import { S7Session } from './session.js';

/** What a Host loads of this driver. */
const hostedS7: HostedDriver<S7Options, S7DeviceOptions> = {
  type: 's7',
  create: (context) => new S7Session(context),
};

export default hostedS7;
