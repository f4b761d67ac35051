import type { HostedDriver } from '@fieldwarden/driver';
import type { OpcUaDeviceOptions, OpcUaOptions } from './options.js';
import { OpcUaSession } from './session.js';

/** What a Host loads of this driver. */
const hostedOpcUaClient: HostedDriver<OpcUaOptions, OpcUaDeviceOptions> = {
  type: 'opcua-client',
  create: (context) => new OpcUaSession(context),
};

export default hostedOpcUaClient;
