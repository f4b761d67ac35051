import { systemClock, type Clock } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { MemoryTransport, type MemoryTransportOptions } from '../wire/memory-transport.js';
import type { InitMessage } from '../messages.js';
import { HostServer } from '../served/server.js';
import { EchoSession } from './echo-session.js';
import { noVitals } from './no-vitals.js';

/** A Host in this process: the same server over memory, whose stream a test can stop and cut. */
export interface MemoryHost {
  readonly session: EchoSession;
  /** The Supervisor's end. */
  readonly transport: MemoryTransport;
  /** The Host's end. */
  readonly hostTransport: MemoryTransport;
  readonly exitCodes: number[];
  readonly inits: InitMessage[];
  /** How often garbage was collected. */
  readonly collections: () => number;
}

export interface MemoryHostOptions extends MemoryTransportOptions {
  readonly clock?: Clock;
  /** Presents the session with some of its members only. */
  readonly present?: (session: EchoSession) => DriverSession;
  readonly failOpen?: Error;
}

export function startMemoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const [transport, hostTransport] = MemoryTransport.pair(options);
  const session = new EchoSession();
  const exitCodes: number[] = [];
  const inits: InitMessage[] = [];
  let collections = 0;
  new HostServer({
    transport: hostTransport,
    clock: options.clock ?? systemClock,
    pid: 1,
    open: (init, logger) => {
      inits.push(init);
      logger.info('opening', { driverId: init.driverId });
      return options.failOpen
        ? Promise.reject(options.failOpen)
        : Promise.resolve(options.present?.(session) ?? session);
    },
    vitals: () => noVitals,
    collectGarbage: () => void (collections += 1),
    stop: () => hostTransport.close(),
    exit: (code) => {
      exitCodes.push(code);
      void session.close();
    },
  }).start();
  return { session, transport, hostTransport, exitCodes, inits, collections: () => collections };
}
