import type { PlantService } from '@fieldwarden/config';
import { GatewayError } from '@fieldwarden/core';
import { defineService, type ServiceDefinition } from '@fieldwarden/service';
import { defaultSupervision } from '@fieldwarden/supervisor';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, FakeClock, testOrigin } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunningServices } from './running-services.js';
import { ServiceTagSpace } from './service-tag-space.js';
import type { ServiceFacts, ServiceHome, ServiceInstance, ServiceLoss } from './service-home.js';

const definition: ServiceDefinition = defineService<unknown>({
  name: 'outlet',
  title: 'Outlet',
  version: '1',
  section: 'outlet',
  entry: import.meta.url,
  isolation: 'in-process',
  port: { option: 'outlet-port', variable: 'OUTLET_PORT', runFileField: 'outletPort', defaultPort: 9 },
  schema: z.strictObject({}),
  create: () => ({
    start: () => Promise.resolve(undefined),
    status: () => ({}),
    health: () => ({ state: 'Healthy' }),
    stop: () => Promise.resolve(),
  }),
});

const registry = { get: (name: string) => (name === 'outlet' || name === './acme.ts' ? definition : undefined) };

const service = (id: string, more: Partial<PlantService> = {}): PlantService => ({
  id,
  name: 'outlet',
  use: null,
  enabled: true,
  isolation: 'in-process',
  critical: false,
  settings: { of: id },
  ...more,
});

/** Says in `told` what it was asked to do, and does it. */
class ScriptedHome implements ServiceHome {
  state: ServiceFacts['state'] = 'Stopped';
  reason: string | null = null;
  readonly history = { marker: this } as never;
  readonly instance: ServiceInstance;
  readonly #told: string[];
  readonly #listeners = new Set<() => void>();
  readonly #losses = new Set<(loss: ServiceLoss) => void>();

  constructor(instance: ServiceInstance, told: string[]) {
    this.instance = instance;
    this.#told = told;
  }

  get facts(): ServiceFacts {
    return { id: this.instance.id, type: 'outlet', state: this.state, reason: this.reason } as ServiceFacts;
  }

  async start(settings: unknown): Promise<void> {
    if (looping.has(this.instance.id)) await new Promise(() => undefined);
    this.#does(`start ${JSON.stringify(settings)}`, broken.has(this.instance.id) ? 'Faulted' : 'Healthy');
  }

  async apply(settings: unknown): Promise<void> {
    this.#does(`apply ${JSON.stringify(settings)}`, 'Healthy');
  }

  async stop(cause?: string): Promise<void> {
    this.#does(`stop${cause === undefined ? '' : ` ${cause}`}`, 'Stopped');
  }

  async restart(): Promise<void> {
    this.#does('restart', 'Healthy');
  }

  async recycle(): Promise<void> {
    this.#does('recycle', 'Healthy');
  }

  giveUp(): void {
    this.#does('give up', 'Faulted');
  }

  requestGc(): void {
    this.#does('gc', this.state);
  }

  async request(name: string, body: unknown): Promise<unknown> {
    if (name === 'unknown') throw new GatewayError({ code: 'REQUEST_UNKNOWN', kind: 'unsupported', message: 'no' });
    return { name, body };
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  onLoss(listener: (loss: ServiceLoss) => void): Disposable {
    this.#losses.add(listener);
    return { [Symbol.dispose]: () => void this.#losses.delete(listener) };
  }

  #does(what: string, state: ServiceFacts['state']): void {
    this.#told.push(`${this.instance.id}: ${what}`);
    this.state = state;
    this.reason = state === 'Faulted' ? 'its port is taken' : null;
    for (const listener of this.#listeners) listener();
  }
}

const broken = new Set<string>();
/** Of these no start comes to its end. */
const looping = new Set<string>();
let told: string[];
let changes: string[];
let clock: FakeClock;
let homes: { readonly isolation: string; readonly home: ScriptedHome }[];

function running(...services: readonly PlantService[]): RunningServices {
  return new RunningServices(
    services,
    {
      registry,
      makeHome: (isolation, instance) => {
        const home = new ScriptedHome(instance, told);
        homes.push({ isolation, home });
        return home;
      },
      portOf: (option) => (option === 'outlet-port' ? 4_711 : undefined),
      supervision: defaultSupervision,
      tagSpace: new ServiceTagSpace(new TagStore(clock, collectingLogger()), clock),
      observer: {
        changed: ({ id, state }) => void changes.push(`${id} ${state}`),
        lost: ({ serviceId }) => void changes.push(`${serviceId} lost`),
        removed: (id) => void changes.push(`${id} removed`),
      },
      clock,
      logger: collectingLogger(),
    },
    1,
  );
}

beforeEach(() => {
  broken.clear();
  looping.clear();
  [told, changes, homes] = [[], [], []];
  clock = new FakeClock();
});

describe('the services of a plant (§16.3)', () => {
  it('start together but those that are disabled, with the port of the command line', async () => {
    const services = running(service('a'), service('b', { enabled: false }), service('c', { isolation: 'host' }));
    await services.start();
    expect(told).toEqual(['a: start {"of":"a"}', 'c: start {"of":"c"}']);
    expect(homes.map(({ isolation }) => isolation)).toEqual(['in-process', 'in-process', 'host']);
    expect(homes[0].home.instance.port).toBe(4_711);
    expect(services.facts().map(({ state }) => state)).toEqual(['Healthy', 'Stopped', 'Healthy']);
    await services.stop();
    expect(services.facts().map(({ state }) => state)).toEqual(['Stopped', 'Stopped', 'Stopped']);
  });

  it('begin before the others where they have Hosts, and only once', async () => {
    const services = running(
      service('a'),
      service('b', { isolation: 'host' }),
      service('c', { isolation: 'host', enabled: false }),
    );
    await services.preload();
    expect(told).toEqual(['b: start {"of":"b"}']);
    await services.start();
    expect(told).toEqual(['b: start {"of":"b"}', 'a: start {"of":"a"}']);
  });

  it("do not wait for a third party's, which may never come to the end of its start", async () => {
    looping.add('acme');
    const services = running(service('acme', { use: './acme.ts' }), service('a'));
    await services.start();
    expect(services.factsOf('a')).toMatchObject({ state: 'Healthy' });
  });

  it('are shown as Faulted when they fail, and keep no other from starting', async () => {
    broken.add('a');
    const services = running(service('a'), service('b'));
    await services.start();
    expect(services.facts().map(({ id, state, reason }) => [id, state, reason])).toEqual([
      ['a', 'Faulted', 'its port is taken'],
      ['b', 'Healthy', null],
    ]);
    expect(changes).toEqual(['a Faulted', 'b Healthy']);
  });

  it('follow a plan: what goes, goes first; others change where they are', async () => {
    const services = running(service('a'), service('b'), service('c'));
    await services.start();
    told.length = 0;
    broken.add('d');
    const failures = await services.apply(
      [
        { kind: 'remove', serviceId: 'a' },
        { kind: 'change', serviceId: 'b', next: service('b', { settings: { of: 'new' } }), live: true },
        { kind: 'change', serviceId: 'c', next: service('c', { enabled: false }), live: false },
        { kind: 'add', serviceId: 'd', service: service('d', { use: './acme.ts' }) },
      ],
      2,
    );
    expect(told).toEqual([
      'a: stop configuration',
      'b: apply {"of":"new"}',
      'c: stop configuration',
      'd: start {"of":"d"}',
    ]);
    expect(failures).toEqual([{ serviceId: 'd', message: 'd did not start: its port is taken' }]);
    expect(services.configured.map(({ id, enabled }) => [id, enabled])).toEqual([
      ['b', true],
      ['c', false],
      ['d', true],
    ]);
    expect(changes).toContain('a removed');
    expect(homes[1].home.instance.generation()).toBe(2);
  });

  it('of third parties that never start hold no publish up, and one that takes them out ends them', async () => {
    const services = running(service('b'));
    await services.start();
    told.length = 0;
    looping.add('acme');
    const acme = service('acme', { use: './acme.ts' });
    const added = services.apply([{ kind: 'add', serviceId: 'acme', service: acme }], 2);
    await clock.advance(3_000);
    expect(await added).toEqual([]);
    await services.apply([{ kind: 'remove', serviceId: 'acme' }], 3);
    expect(told).toEqual(['acme: stop configuration']);
    expect(services.configured.map(({ id }) => id)).toEqual(['b']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('move to another process with what is known of their crashes', async () => {
    const services = running(service('a'));
    await services.start();
    await services.apply(
      [{ kind: 'change', serviceId: 'a', next: service('a', { isolation: 'host' }), live: false }],
      2,
    );
    expect(told).toEqual(['a: start {"of":"a"}', 'a: stop configuration', 'a: start {"of":"a"}']);
    expect(homes[1].isolation).toBe('host');
    expect(homes[1].home.instance.history).toEqual(homes[0].home.history);
    homes[0].home.giveUp();
    expect(changes.at(-1)).not.toBe('a Faulted');
  });

  it('are restarted and asked by name, and refuse what is not theirs', async () => {
    const services = running(service('a'));
    await services.start();
    expect(await services.restart('a')).toMatchObject({ id: 'a', state: 'Healthy' });
    const origin = testOrigin({ correlationId: 'c' });
    expect(await services.request('a', 'purge', { all: true }, origin)).toEqual({ name: 'purge', body: { all: true } });
    await expect(services.request('a', 'unknown', {}, origin)).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(services.restart('z')).rejects.toMatchObject({ code: 'SERVICE_UNKNOWN' });
  });

  it('stand since their state came, not since they were told to do the same again', async () => {
    const services = running(service('one'));
    await services.start();
    const startedMs = clock.wallMs();
    clock.stall(5_000);
    await services.restart('one');
    expect(services.factsOf('one')).toMatchObject({ state: 'Healthy', stateSinceMs: startedMs });
    await services.apply([{ kind: 'change', serviceId: 'one', next: service('one', { enabled: false }) } as never], 2);
    expect(services.facts()).toMatchObject([{ state: 'Stopped', stateSinceMs: startedMs + 5_000 }]);
  });
});
