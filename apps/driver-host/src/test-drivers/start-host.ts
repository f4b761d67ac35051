import { systemClock } from '@fieldwarden/core';
import type { DriverSession, WriteResult } from '@fieldwarden/driver';
import {
  defaultSupervision,
  Supervisor,
  type Host,
  type HostEvent,
  type HostSpec,
  type SupervisionSettings,
  type SupervisorDeps,
} from '@fieldwarden/supervisor';
import { collectingLogger, testCall, waitFor, type CollectingLogger } from '@fieldwarden/testkit';
import { driverHostMain } from '../index.js';
import { hostFolders } from './host-folders.js';

/** Short enough that a test sees every reaction within a second or two. */
export const quickSupervision: SupervisionSettings = {
  ...defaultSupervision,
  pingMs: 50,
  suspectMs: 200,
  hangKillMs: 500,
  startBudgetMs: 10_000,
  drainMs: 2_000,
  // It ends as soon as there is a stack; a busy machine may need long to run the thread that takes it.
  stackCaptureMs: 5_000,
  backoff: { ...defaultSupervision.backoff, initialMs: 10 },
};

export interface ObservedHost extends AsyncDisposable {
  readonly host: Host;
  readonly events: HostEvent[];
  readonly logger: CollectingLogger;
  readonly session: DriverSession;
  /** Gives a command to the misbehaving driver. */
  command(text: string): Promise<readonly WriteResult[]>;
  /** The same; whatever comes of it. */
  order(text: string): void;
  /** The first event of this type, from now or before. */
  seen<T extends HostEvent['type']>(type: T, count?: number): Promise<Extract<HostEvent, { type: T }>>;
}

export interface HostOptions extends Partial<
  Pick<SupervisorDeps, 'hostMain' | 'stateDir' | 'parentDeathSignal' | 'clock'>
> {
  readonly options?: unknown;
  readonly generation?: HostSpec['generation'];
  readonly supervision?: Partial<SupervisionSettings>;
}

/** A Host of the misbehaving driver, not started. */
export function makeHost({ options = {}, supervision, generation, ...deps }: HostOptions = {}): ObservedHost {
  const logger = collectingLogger();
  const supervisor = new Supervisor({
    hostMain: driverHostMain,
    clock: systemClock,
    logger,
    random: Math.random,
    ...deps,
  });
  const host = supervisor.createHost({
    driverId: 'press',
    driverType: 'misbehaving',
    entry: import.meta.resolve('@fieldwarden/driver-host/test-drivers/misbehaving'),
    options,
    devices: [{ id: 'device', options: {} }],
    folders: hostFolders('press'),
    supervision: { ...quickSupervision, ...supervision },
    generation,
  });
  const events: HostEvent[] = [];
  host.onEvent((event) => events.push(event));
  const command = (value: string): Promise<readonly WriteResult[]> =>
    host.session!.write!(
      'device',
      [{ point: { path: 'p', address: '1', type: { scalar: 'string' } }, value }],
      testCall(),
    );
  return {
    host,
    events,
    logger,
    get session() {
      return host.session!;
    },
    command,
    order: (text) => void command(text).catch((error: unknown) => error),
    seen: (type, count = 1) =>
      waitFor(() => events.filter((event) => event.type === type)[count - 1], {
        what: `event ${type} number ${count}`,
      }) as never,
    [Symbol.asyncDispose]: () => supervisor.close(),
  };
}

/** The same, ready. */
export async function startHost(options: HostOptions = {}): Promise<ObservedHost> {
  const observed = makeHost(options);
  observed.host.start();
  await observed.seen('ready');
  return observed;
}

/** False once the process is gone or only waits for its parent to take note. */
export async function isRunning(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/\) [ZX] /.test(stat);
}
