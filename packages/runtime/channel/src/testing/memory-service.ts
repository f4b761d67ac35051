import { silentLogger, systemClock, type Clock, type GatewayError } from '@fieldwarden/core';
import { DeskBoard, refusingDesk, type Service, type ServiceContext, type TagColumnSource } from '@fieldwarden/service';
import type { HostLinkOwner } from '../client/host-link.js';
import type { FatalMessage, LogMessage, PongMessage } from '../messages.js';
import type { HostedSurroundings } from '../service/gateway/answered-asks.js';
import { ServiceClient } from '../service/gateway/service-client.js';
import type { ServiceReport } from '../service/service-messages.js';
import { ServiceServer } from '../service/hosted/service-server.js';
import { MemoryTransport, type MemoryTransportOptions } from '../wire/memory-transport.js';
import { noVitals } from './no-vitals.js';

export interface MemoryServiceOptions extends MemoryTransportOptions {
  readonly around: Partial<HostedSurroundings> & { readonly tags: TagColumnSource };
  readonly clock?: Clock;
  readonly service?: (context: ServiceContext) => Partial<Service>;
  readonly load?: () => Promise<(context: ServiceContext) => Service>;
}

/** A service behind a channel within this process: both ends, and all that each was told. */
export interface MemoryService {
  readonly client: ServiceClient;
  /** The gateway's end of the stream. */
  readonly transport: MemoryTransport;
  readonly hostTransport: MemoryTransport;
  readonly ready: Promise<void>;
  /** What the service was made from; there once it was made. */
  readonly context: Promise<ServiceContext>;
  readonly reports: ServiceReport[];
  readonly failures: GatewayError[];
  readonly lost: GatewayError[];
  readonly pongs: PongMessage[];
  readonly logs: LogMessage[];
  readonly fatals: FatalMessage[];
  readonly drained: () => boolean;
  readonly exitCodes: number[];
}

export function startMemoryService(options: MemoryServiceOptions): MemoryService {
  const { around, clock = systemClock } = options;
  const [transport, hostTransport] = MemoryTransport.pair(options);
  const made = Promise.withResolvers<ServiceContext>();
  const ready = Promise.withResolvers<void>();
  const seen = {
    reports: [] as ServiceReport[],
    failures: [] as GatewayError[],
    lost: [] as GatewayError[],
    pongs: [] as PongMessage[],
    logs: [] as LogMessage[],
    fatals: [] as FatalMessage[],
    exitCodes: [] as number[],
  };
  let drained = false;
  const create = (context: ServiceContext): Service => {
    made.resolve(context);
    return { ...quietService, ...options.service?.(context) };
  };
  const server = new ServiceServer({
    transport: hostTransport,
    clock,
    pid: 1,
    load: options.load ?? (() => Promise.resolve(create)),
    vitals: () => noVitals,
    collectGarbage: () => undefined,
    stop: () => void server.close().then(() => hostTransport.close()),
    abandon: (code) => void seen.exitCodes.push(code),
    exit: (code) => void seen.exitCodes.push(code),
  });
  const client = new ServiceClient({
    serviceId: 'echo',
    clock,
    logger: silentLogger,
    parameters: () => echoParameters,
    around: { ...noSurroundings, ...around },
    listener: {
      reported: (report) => void seen.reports.push(report),
      failing: (error) => void seen.failures.push(error),
    },
  });
  const owner: HostLinkOwner = {
    ready: () => ready.resolve(),
    pong: (message) => void seen.pongs.push(message),
    log: (message) => void seen.logs.push(message),
    fatal: (message) => void seen.fatals.push(message),
    drained: () => void (drained = true),
    lost: (error) => void seen.lost.push(error),
  };
  client.attach(transport, { spawn: 1, logLevels: ['info', 'warn', 'error'], watchAfterMs: 0 }, owner);
  server.start();
  return {
    client,
    transport,
    hostTransport,
    ready: ready.promise,
    context: made.promise,
    drained: () => drained,
    ...seen,
  };
}

export const quietService: Service = {
  start: () => Promise.resolve(undefined),
  status: () => ({}),
  health: () => ({ state: 'Healthy' }),
  stop: () => Promise.resolve(),
};

const echoParameters = {
  serviceId: 'echo',
  serviceType: 'echo',
  entry: '',
  settings: { greeting: 'hello' },
  gateway: { site: 'plant', version: '0.1.0', bind: '127.0.0.1', port: undefined },
  directory: '/nowhere/services/echo',
  pkiDirectory: '/nowhere/pki',
};

const noSurroundings: Omit<HostedSurroundings, 'tags'> = {
  writer: { writeMany: () => Promise.resolve([]) },
  events: { append: () => undefined },
  alarms: { raise: () => undefined, clear: () => undefined },
  storage: { table: () => Promise.reject(new Error('no storage here')) },
  access: refusingDesk,
  desks: new DeskBoard(),
};
