import { silentLogger, systemClock, type GatewayError } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { HostClient, type HostClientDependencies } from '../client/client.js';
import type { HostLinkOwner } from '../client/host-link.js';
import type { FatalMessage, InitParameters, LogMessage, PongMessage, ProcessParameters } from '../messages.js';
import type { Transport } from '../wire/transport.js';

export const echoProcess: ProcessParameters = { spawn: 1, logLevels: ['info', 'warn', 'error'], watchAfterMs: 0 };

const folders = { storage: '/nonexistent', certificates: '/nonexistent' };

export function echoInit(process: ProcessParameters): InitParameters {
  return { driverId: 'echo', driverType: 'echo', entry: '', options: {}, devices: [], folders, ...process };
}

/** A client and all that its owner was told, for tests and benchmarks of the channel alone. */
export interface ObservedClient {
  readonly client: HostClient;
  readonly session: DriverSession;
  readonly lost: GatewayError[];
  readonly pongs: PongMessage[];
  readonly logs: LogMessage[];
  readonly fatals: FatalMessage[];
  readonly drained: () => boolean;
  /** Attaches the next channel and waits until it is ready. */
  reconnect(transport: Transport): Promise<void>;
}

export async function connectClient(
  transport: Transport,
  { owner: watcher, ...deps }: Partial<HostClientDependencies> & { readonly owner?: HostLinkOwner } = {},
): Promise<ObservedClient> {
  const lost: GatewayError[] = [];
  const pongs: PongMessage[] = [];
  const logs: LogMessage[] = [];
  const fatals: FatalMessage[] = [];
  let drained = false;
  let onReady: () => void = () => undefined;
  let onLost: (error: GatewayError) => void = () => undefined;
  const owner: HostLinkOwner = watcher ?? {
    ready: () => onReady(),
    pong: (message) => void pongs.push(message),
    log: (message) => void logs.push(message),
    fatal: (message) => void fatals.push(message),
    drained: () => void (drained = true),
    lost: (error) => {
      lost.push(error);
      onLost(error);
    },
  };
  const client = new HostClient({
    driverId: 'echo',
    clock: systemClock,
    logger: silentLogger,
    init: echoInit,
    ...deps,
  });
  const reconnect = (next: Transport): Promise<void> =>
    new Promise((resolve, reject) => {
      onReady = resolve;
      onLost = reject;
      client.attach(next, echoProcess, owner);
    });
  await reconnect(transport);
  return { client, session: client.session!, lost, pongs, logs, fatals, drained: () => drained, reconnect };
}
