import { GatewayError, silentLogger } from '@fieldwarden/core';
import {
  defineService,
  DeskBoard,
  type Service,
  type ServiceContext,
  type ServiceDefinition,
} from '@fieldwarden/service';
import { defaultSupervision, Supervisor } from '@fieldwarden/supervisor';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, FakeClock, temporaryDirectory, testOrigin } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InProcessServiceHome } from './in-process-service-home.js';
import type { ServiceLoss } from './service-home.js';

interface Bench extends AsyncDisposable {
  readonly home: InProcessServiceHome;
  readonly clock: FakeClock;
  readonly store: TagStore;
  readonly contexts: ServiceContext[];
  readonly alarms: Map<string, string>;
  readonly losses: ServiceLoss[];
  readonly stops: () => number;
}

/** A home whose service is what `make` makes of each context, on a time that only moves when the test says so. */
async function bench(
  make: (context: ServiceContext, run: number) => Partial<Service>,
  definition: Partial<ServiceDefinition> = {},
): Promise<Bench> {
  const directory = await temporaryDirectory();
  const clock = new FakeClock();
  const logger = collectingLogger();
  const store = new TagStore(clock, silentLogger);
  const contexts: ServiceContext[] = [];
  const alarms = new Map<string, string>();
  const losses: ServiceLoss[] = [];
  let stops = 0;
  const acme = defineService({
    name: 'acme',
    title: 'Acme',
    version: '1.0.0',
    section: null,
    entry: import.meta.url,
    isolation: 'in-process',
    schema: z.strictObject({}),
    ...definition,
    create(context) {
      contexts.push(context);
      return {
        start: () => Promise.resolve(undefined),
        status: () => ({ run: contexts.length }),
        health: () => ({ state: 'Healthy' }),
        async stop() {
          stops += 1;
          await Promise.resolve();
        },
        ...make(context, contexts.length),
      };
    },
  });
  const supervision = { ...defaultSupervision, backoff: { ...defaultSupervision.backoff, jitter: 0 } };
  const home = new InProcessServiceHome(
    { id: 'acme', definition: acme, port: 4840, supervision, generation: () => 1 },
    {
      tags: store,
      writer: { writeMany: () => Promise.resolve([]) },
      events: () => ({ append: () => undefined }),
      alarms: () => ({
        raise: ({ conditionId, message }) => void alarms.set(conditionId, message),
        clear: (conditionId) => void alarms.delete(conditionId),
      }),
      conditions: () => ({ define: () => undefined, judge: () => undefined, [Symbol.dispose]: () => undefined }),
      storage: () => ({ table: () => Promise.reject(new Error('no storage here')) }),
      desks: new DeskBoard(),
      identity: { site: 'plant', version: '0.1.0', bind: '127.0.0.1' },
      directories: { services: directory.path, pki: directory.path },
      clock,
      logger,
      random: () => 0.5,
      supervisor: new Supervisor({ hostMain: '', clock, logger, random: Math.random }),
      hostMain: '',
    },
  );
  home.onLoss((loss) => losses.push(loss));
  return {
    home,
    clock,
    store,
    contexts,
    alarms,
    losses,
    stops: () => stops,
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

const portTaken = new GatewayError({ code: 'PORT_TAKEN', kind: 'config', message: 'port 4840 is taken' });

const origin = testOrigin({ correlationId: '1' });

describe('a service in the gateway (§16.3)', () => {
  it('that was stopped while it took settings over does not come back', async () => {
    const taking = Promise.withResolvers<void>();
    await using acme = await bench(() => ({ apply: () => taking.promise }), { changesLive: () => true });
    await acme.home.start({});
    const applied = acme.home.apply({ other: 1 });
    const stopped = acme.home.stop('configuration');
    await acme.clock.advance(0);
    await stopped;
    taking.reject(new Error('its process is gone'));
    await applied;
    await acme.clock.advance(10_000);
    expect(acme.home.facts.state).toBe('Stopped');
    expect(acme.contexts).toHaveLength(1);
  });

  it('that says of itself what is no JSON is Degraded with the reason, beside its own', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await using acme = await bench(() => ({
      status: () => circular,
      health: () => ({ state: 'Degraded', reason: 'no clients' }),
    }));
    await acme.home.start({});
    expect(acme.home.facts).toMatchObject({ state: 'Degraded', detail: {} });
    expect(acme.home.facts.reason).toMatch(/^no clients; its status can't be shown as JSON: .*circular/);
    const stopped = acme.home.stop();
    await acme.clock.advance(0);
    await stopped;
  });

  it('works, with what it needs, and leaves nothing behind', async () => {
    await using acme = await bench(() => ({ start: () => Promise.resolve({ port: 7, url: 'x://7' }) }));
    await acme.home.start({ a: 1 });
    expect(acme.contexts[0]).toMatchObject({ serviceId: 'acme', settings: { a: 1 }, gateway: { port: 4840 } });
    expect(acme.home.facts).toMatchObject({
      state: 'Healthy',
      isolation: 'in-process',
      pid: null,
      address: { port: 7, url: 'x://7' },
      detail: { run: 1 },
    });
    const stopped = acme.home.stop();
    await acme.clock.advance(0);
    await stopped;
    expect(acme.home.facts).toMatchObject({ state: 'Stopped', address: null, detail: null });
    expect([acme.stops(), acme.clock.pendingTimers]).toEqual([1, 0]);
  });

  it('that can not start is Faulted with the reason, and tried again after the backoff', async () => {
    await using acme = await bench((_context, run) => (run < 3 ? { start: () => Promise.reject(portTaken) } : {}));
    await acme.home.start({});
    expect(acme.home.facts).toMatchObject({
      state: 'Faulted',
      reason: 'port 4840 is taken',
      lastError: { code: 'PORT_TAKEN', kind: 'config' },
      nextAttemptAtMs: acme.clock.wallMs() + 250,
    });
    await acme.clock.advance(250);
    expect([acme.contexts.length, acme.home.facts.state]).toEqual([2, 'Faulted']);
    await acme.clock.advance(500);
    expect(acme.home.facts).toMatchObject({ state: 'Healthy', reason: null, spawn: 3, restarts: { crash: 2 } });
    expect(acme.losses).toHaveLength(2);
  });

  it('that never starts is tried only now and then, until an operator or other settings', async () => {
    const trouble = { gone: false };
    await using acme = await bench(() => (trouble.gone ? {} : { start: () => Promise.reject(portTaken) }));
    await acme.home.start({});
    await acme.clock.advance(2_000);
    expect([acme.home.facts.crashLoop, acme.contexts.length]).toEqual(['open', 3]);
    await acme.clock.advance(59_000);
    expect(acme.contexts).toHaveLength(4);
    trouble.gone = true;
    await acme.home.apply({ b: 1 });
    expect(acme.home.facts).toMatchObject({ state: 'Healthy', crashLoop: 'closed' });
    expect(acme.contexts.at(-1)!.settings).toEqual({ b: 1 });
  });

  it.each([
    [
      'says that it can not go on',
      ({ contexts }: Bench) => contexts[0].fail(new Error('my disk is full')),
      'my disk is full',
    ],
    ['throws in a listener', ({ store }: Bench) => store.set(store.handleOf('a')!, 1), 'no changes please'],
    ['throws in its health', () => undefined, 'not well'],
  ] as const)('that %s is stopped and started anew', async (what, hurt, message) => {
    let ill = false;
    await using acme = await bench((context, run) => ({
      start() {
        if (run === 1) context.tags.onChange(() => throwError('no changes please'));
        context.alarms.raise({ conditionId: 'up', severity: 1, message: `run ${run}` });
        return Promise.resolve(undefined);
      },
      health: () => (ill && run === 1 ? throwError('not well') : { state: 'Healthy' }),
    }));
    acme.store.define([tag('a')]);
    await acme.home.start({});
    if (what === 'throws in its health') ill = true;
    hurt(acme);
    await acme.clock.advance(200);
    expect(acme.home.facts).toMatchObject({ state: 'Faulted', reason: message, restarts: { crash: 0 } });
    expect([acme.stops(), [...acme.alarms]]).toEqual([1, []]);
    await acme.clock.advance(250);
    expect(acme.home.facts).toMatchObject({ state: 'Healthy', spawn: 2, restarts: { crash: 1 } });
    expect([...acme.alarms]).toEqual([['up', 'run 2']]);
    acme.store.set(acme.store.handleOf('a')!, 2);
    expect(acme.losses).toMatchObject([{ cause: 'exit', message, planned: false }]);
  });

  it('whose start hangs is given up after the start budget', async () => {
    await using acme = await bench((_context, run) => (run === 1 ? { start: () => new Promise(() => undefined) } : {}));
    const started = acme.home.start({});
    await acme.clock.advance(59_999);
    expect(acme.home.facts.state).toBe('Initializing');
    await acme.clock.advance(1);
    await started;
    expect(acme.home.facts).toMatchObject({ state: 'Faulted', lastCause: 'start-timeout' });
    await acme.clock.advance(250);
    expect(acme.home.facts.state).toBe('Healthy');
  });

  it('whose stop hangs is left to itself', async () => {
    await using acme = await bench(() => ({ stop: () => new Promise(() => undefined) }));
    await acme.home.start({});
    const stopped = acme.home.stop();
    await acme.clock.advance(15_000);
    await stopped;
    expect(acme.home.facts.state).toBe('Stopped');
  });

  it('takes settings over while it runs where its definition says so', async () => {
    const applied: unknown[] = [];
    await using acme = await bench(() => ({ apply: (settings) => Promise.resolve(void applied.push(settings)) }), {
      changesLive: (_before, after) => (after as { live: boolean }).live,
    });
    await acme.home.start({ live: true });
    await acme.home.apply({ live: true, n: 2 });
    expect([applied, acme.home.facts.spawn]).toEqual([[{ live: true, n: 2 }], 1]);
    const anew = acme.home.apply({ live: false });
    await acme.clock.advance(0);
    await anew;
    expect([acme.contexts.at(-1)!.settings, acme.home.facts.spawn]).toEqual([{ live: false }, 2]);
  });

  it('answers requests, and refuses them while it does not run', async () => {
    await using acme = await bench(() => ({ request: (name, body) => Promise.resolve([name, body]) }));
    await expect(acme.home.request('echo', 1, origin)).rejects.toMatchObject({ kind: 'unreachable' });
    await acme.home.start({});
    expect(await acme.home.request('echo', 1, origin)).toEqual(['echo', 1]);
    expect(acme.home.facts).toMatchObject({ pending: 0, progress: 1 });
  });
});

function throwError(message: string): never {
  throw new Error(message);
}

function tag(path: string): Parameters<TagStore['define']>[0][number] {
  const type = { scalar: 'float64' } as const;
  return {
    path,
    type,
    rawType: type,
    access: 'read-only',
    driverId: null,
    deviceId: null,
    address: '',
    scanMs: 100,
    writeIdempotent: false,
    verify: false,
  };
}
