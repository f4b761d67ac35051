import { isNumericColumn, systemClock, ValueColumns, type TagValue } from '@fieldwarden/core';
import type { Point, WriteResult } from '@fieldwarden/driver';
import { chaosDriver } from '@fieldwarden/driver-chaos';
import { Supervisor, type Host, type HostEvent, type SupervisionSettings } from '@fieldwarden/supervisor';
import {
  collectingLogger,
  testCall,
  waitFor,
  type CollectingLogger,
  type TestCallOverrides,
} from '@fieldwarden/testkit';
import { driverHostMain } from '../index.js';
import { hostFolders } from './host-folders.js';
import { quickSupervision } from './start-host.js';

/** As the driver in a plant would be tested: crash after crash, without ever giving up. */
const patientSupervision: SupervisionSettings = {
  ...quickSupervision,
  backoff: { initialMs: 10, maxMs: 10, jitter: 0 },
  crashLoop: { crashes: 1_000, windowMs: 300_000 },
};

export const points = {
  counter: { path: 'chaos/counter', address: 'counter', type: { scalar: 'uint32' } },
  command: { path: 'chaos/command', address: 'command', type: { scalar: 'string' } },
  heldBytes: { path: 'chaos/heldBytes', address: 'heldBytes', type: { scalar: 'float64' } },
  value: { path: 'chaos/value', address: 'value', type: { scalar: 'float64' } },
} as const satisfies Readonly<Record<string, Point>>;

export interface ChaosHost extends AsyncDisposable {
  readonly host: Host;
  readonly events: HostEvent[];
  readonly logger: CollectingLogger;
  command(text: string): Promise<readonly WriteResult[]>;
  write(point: Point, value: TagValue, call?: TestCallOverrides): Promise<readonly WriteResult[]>;
  read(point: Point, call?: TestCallOverrides): Promise<TagValue | undefined>;
  /** The first event of this type, from now or before. */
  seen<T extends HostEvent['type']>(type: T, count?: number): Promise<Extract<HostEvent, { type: T }>>;
}

export interface ChaosHostOptions {
  readonly id?: string;
  readonly options?: unknown;
  readonly supervision?: Partial<SupervisionSettings>;
}

/** A Host of the chaos driver, not started. */
export function makeChaos({ id = 'chaos', options = {}, supervision }: ChaosHostOptions = {}): ChaosHost {
  const logger = collectingLogger();
  const supervisor = new Supervisor({ hostMain: driverHostMain, clock: systemClock, logger, random: Math.random });
  const host = supervisor.createHost({
    driverId: id,
    driverType: chaosDriver.type,
    entry: chaosDriver.entry,
    options,
    devices: [{ id: 'device', options: {} }],
    folders: hostFolders(id),
    supervision: { ...patientSupervision, ...supervision },
  });
  const events: HostEvent[] = [];
  host.onEvent((event) => events.push(event));
  const write: ChaosHost['write'] = (point, value, call) =>
    host.session!.write!('device', [{ point, value }], testCall(call));
  return {
    host,
    events,
    logger,
    write,
    command: (text) => write(points.command, text),
    read: (point, call) => readOne(host, point, call),
    seen: (type, count = 1) =>
      waitFor(() => events.filter((event) => event.type === type)[count - 1], {
        what: `event ${type} number ${count}`,
      }) as never,
    [Symbol.asyncDispose]: () => supervisor.close(),
  };
}

/** The same, ready. */
export async function startChaos(options: ChaosHostOptions = {}): Promise<ChaosHost> {
  const chaos = makeChaos(options);
  chaos.host.start();
  await chaos.seen('ready');
  return chaos;
}

async function readOne({ session }: Host, point: Point, call?: TestCallOverrides): Promise<TagValue | undefined> {
  const into = new ValueColumns(1);
  await session!.read!(session!.prepareRead!('device', [point]), into, testCall(call));
  return isNumericColumn(point.type) ? into.values[0] : into.objects?.get(0);
}
