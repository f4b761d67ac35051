import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, statusCodes, systemClock, type Clock } from '@fieldwarden/core';
import type { HandleWrite, TagDefinition, Origin } from '@fieldwarden/gateway-contract';
import { DeskBoard, type ServiceDefinition, type ServiceTable } from '@fieldwarden/service';
import {
  HostServiceHome,
  InProcessServiceHome,
  type ServiceHome,
  type ServiceLoss,
  type ServiceSurroundings,
} from '@fieldwarden/services';
import { defaultSupervision, Supervisor, type SupervisionSettings } from '@fieldwarden/supervisor';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, temporaryDirectory, waitFor, type CollectingLogger, testOrigin } from '@fieldwarden/testkit';
import { serviceHostMain } from '../index.js';
import misbehaving from './misbehaving.js';

/** Short enough that a test sees every reaction within a second or two; silence is forgiven, since the machine may be busy. */
export const quickSupervision: SupervisionSettings = {
  ...defaultSupervision,
  pingMs: 50,
  suspectMs: 5_000,
  hangKillMs: 20_000,
  startBudgetMs: 10_000,
  drainMs: 2_000,
  // It ends as soon as there is a stack; a busy machine may need long to run the thread that takes it.
  stackCaptureMs: 5_000,
  backoff: { ...defaultSupervision.backoff, initialMs: 10 },
};

/** For tests of silence itself. */
export const impatient = { suspectMs: 200, hangKillMs: 500 } as const;

export interface ObservedService extends AsyncDisposable {
  readonly home: ServiceHome;
  readonly store: TagStore;
  readonly supervisor: Supervisor;
  readonly logger: CollectingLogger;
  readonly directory: string;
  readonly writes: HandleWrite[];
  readonly events: string[];
  /** By conditionId: what is raised now. */
  readonly alarms: Map<string, string>;
  readonly losses: ServiceLoss[];
  readonly states: string[];
  ask(name: string, body?: unknown): Promise<unknown>;
  /** The same; whatever comes of it. */
  order(name: string, body?: unknown): void;
  /** Waits until it does its work, after so many losses. */
  back(losses: number): Promise<void>;
}

export interface ServiceOptions {
  readonly where?: 'host' | 'in-process';
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly definition?: ServiceDefinition;
  readonly supervision?: Partial<SupervisionSettings>;
  readonly hostMain?: string;
  readonly parentDeathSignal?: boolean;
  readonly clock?: Clock;
  readonly tags?: number;
  readonly write?: (items: readonly HandleWrite[]) => Promise<void>;
}

const origin: Origin = testOrigin();

/** A service with all that a gateway gives it, as far as it can be given without one; not started. */
export async function makeService(options: ServiceOptions = {}): Promise<ObservedService> {
  const { where = 'host', settings = {}, clock = systemClock, tags = 3, supervision } = options;
  const directory = await temporaryDirectory();
  const logger = collectingLogger();
  const store = new TagStore(clock, silentLogger);
  store.define(Array.from({ length: tags }, (_, index) => tag(`plant/t${index}`)));
  const supervisor = new Supervisor({
    hostMain: '',
    clock,
    logger,
    random: Math.random,
    stateDir: directory.path,
    parentDeathSignal: options.parentDeathSignal ?? true,
  });
  const writes: HandleWrite[] = [];
  const events: string[] = [];
  const alarms = new Map<string, string>();
  const surroundings: ServiceSurroundings = {
    tags: store,
    writer: {
      async writeMany(items) {
        writes.push(...items);
        await options.write?.(items);
        return items.map(() => ({ outcome: 'done', status: statusCodes.Good }));
      },
    },
    events: () => ({ append: ({ message }) => void events.push(message) }),
    alarms: () => ({
      raise: ({ conditionId, message }) => void alarms.set(conditionId, message),
      clear: (conditionId) => void alarms.delete(conditionId),
    }),
    conditions: () => ({ define: () => undefined, judge: () => undefined, [Symbol.dispose]: () => undefined }),
    storage: memoryStorage(),
    desks: new DeskBoard(),
    identity: { site: 'plant', version: '0.1.0', bind: '127.0.0.1' },
    directories: { services: join(directory.path, 'services'), pki: join(directory.path, 'pki') },
    clock,
    logger,
    random: Math.random,
    supervisor,
    hostMain: options.hostMain ?? serviceHostMain,
  };
  const instance = {
    id: 'echo',
    definition: options.definition ?? misbehaving,
    port: undefined,
    supervision: { ...quickSupervision, ...supervision },
    generation: () => 3,
  };
  const home =
    where === 'host' ? new HostServiceHome(instance, surroundings) : new InProcessServiceHome(instance, surroundings);
  const losses: ServiceLoss[] = [];
  const states: string[] = [];
  home.onLoss((loss) => losses.push(loss));
  home.onChange(() => states.push(home.facts.state));
  const ask = (name: string, body?: unknown): Promise<unknown> => home.request(name, body, origin);
  await home.start({ failStart: 'no', greeting: 'hello', ...settings });
  return {
    home,
    store,
    supervisor,
    logger,
    directory: directory.path,
    writes,
    events,
    alarms,
    losses,
    states,
    ask,
    order: (name, body) => void ask(name, body).catch((error: unknown) => error),
    async back(count) {
      await waitFor(() => losses.length >= count && home.facts.state === 'Healthy', { what: 'the service to be back' });
    },
    async [Symbol.asyncDispose]() {
      await home.stop();
      await supervisor.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** The same, once it does its work. */
export async function startService(options: ServiceOptions = {}): Promise<ObservedService> {
  const observed = await makeService(options);
  await waitFor(() => observed.home.facts.state === 'Healthy', { what: 'the service to work' });
  return observed;
}

export function tag(path: string): TagDefinition {
  return {
    path,
    type: { scalar: 'float64' },
    rawType: { scalar: 'float64' },
    access: 'read-write',
    driverId: 'drv',
    deviceId: 'd1',
    address: path,
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
  };
}

/** False once the process is gone or only waits for its parent to take note. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/\) [ZX] /.test(stat);
}

/** What a service stored outlives its process, as on disk. */
function memoryStorage(): ServiceSurroundings['storage'] {
  const tables = new Map<string, Map<string, unknown>>();
  return () => ({
    table(name) {
      const records = tables.get(name) ?? new Map<string, unknown>();
      tables.set(name, records);
      const table: ServiceTable = {
        get: (key) => Promise.resolve(records.get(key)),
        entries: () => Promise.resolve([...records]),
        put: (key, value) => void records.set(key, value),
        delete: (key) => void records.delete(key),
        settled: () => Promise.resolve(),
      };
      return Promise.resolve(table);
    },
  });
}
