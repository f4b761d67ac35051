import assert from 'node:assert/strict';
import { messageOf, type TagValue } from '@fieldwarden/core';
import type { Service, ServiceAddress, ServiceDefinition } from '@fieldwarden/service';
import { waitFor } from '../../wait-for.js';
import type { MemoryStorage } from '../memory-storage.js';
import { serviceContext, type TestServiceContext } from '../service-context.js';
import type { FixtureTag, RunningService, SeenTag, ServiceFixture } from './fixture.js';
import { assertNothingLeft, openResources, type OpenResources } from './leftovers.js';
import { settled } from './settled.js';

export interface MakeOptions {
  /** As written in the plant document; default: the fixture's. */
  readonly settings?: unknown;
  readonly serviceId?: string;
  /** The port to listen on; default: any. */
  readonly port?: number;
  /** False: the fixture's tags are not there yet. */
  readonly withTags?: boolean;
  readonly storage?: MemoryStorage;
}

/** What one case works on: it makes instances on contexts of their own, and stops those that the case leaves running. */
export class ServiceStage implements AsyncDisposable {
  readonly fixture: ServiceFixture;
  readonly instances: StagedService[] = [];
  readonly #kept = new DisposableStack();

  constructor(fixture: ServiceFixture) {
    this.fixture = fixture;
  }

  get definition(): ServiceDefinition {
    return this.fixture.definition;
  }

  /** How long the suite waits for what has no deadline of its own. */
  get patienceMs(): number {
    return this.fixture.patienceMs ?? 10_000;
  }

  /** Long enough for an answer that should not come. */
  get aWhileMs(): number {
    return Math.min(150, this.patienceMs / 10);
  }

  get paths(): readonly string[] {
    return this.fixture.tags.map(({ definition }) => definition.path);
  }

  parsed(settings: unknown): unknown {
    return this.definition.schema.parse(settings);
  }

  /** Created, not started. */
  async make(options: MakeOptions = {}): Promise<StagedService> {
    const { port = 0, serviceId, storage } = options;
    const { definition, settings } = this.fixture;
    const onPort = definition.port ? undefined : this.fixture.onPort?.(port);
    const written = options.settings ?? onPort ?? settings;
    const gateway = definition.port ? { port } : {};
    const context = await serviceContext(this.parsed(written), {
      gateway,
      serviceId: serviceId ?? definition.name,
      ...(storage && { storage }),
    });
    if (options.withTags ?? true) defineTags(context, this.fixture.tags);
    context.ownTags.adopt(definition.tags?.(context.settings) ?? []);
    const instance = new StagedService(this, context);
    this.instances.push(instance);
    return instance;
  }

  async start(options: MakeOptions = {}): Promise<StagedService> {
    const instance = await this.make(options);
    await instance.start();
    return instance;
  }

  /** Fails unless the clients of the service come to see just this. */
  async sees(running: RunningService, expected: readonly SeenTag[]): Promise<void> {
    let last: readonly SeenTag[] | string = 'nothing';
    const look = async (): Promise<boolean> => {
      last = await this.look(
        running,
        expected.map(({ path }) => path),
      ).catch(messageOf);
      return isSame(last, expected);
    };
    await waitFor(look, { what: 'what a client should see', timeoutMs: this.patienceMs }).catch(() => undefined);
    assert.deepEqual(plain(last), plain(expected), 'what a client sees');
  }

  look(running: RunningService, paths: readonly string[] = this.paths): Promise<readonly SeenTag[]> {
    return settled(this.fixture.exercise(running, paths), this.patienceMs, 'what its client asked for');
  }

  /** Gives every tag its value of this number (they repeat), in one batch, and says what a client is to see then. */
  change({ context }: RunningService, number: number): readonly SeenTag[] {
    const tags = this.fixture.tags.filter(({ definition }) => context.tags.handleOf(definition.path) !== undefined);
    const values = tags.map((tag) => good(tag, number));
    context.tags.apply(...values.map(({ path, value }) => ({ path, value: value! })));
    return values;
  }

  /** What a client is to see while every tag has its value of this number. */
  expected(number: number): readonly SeenTag[] {
    return this.fixture.tags.map((tag) => good(tag, number));
  }

  /** What is open now, to be compared with later. */
  async openResources(): Promise<OpenResources> {
    return this.#kept.use(await openResources());
  }

  nothingLeft(before: OpenResources, { context }: RunningService): Promise<void> {
    return assertNothingLeft(before, context, this.patienceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kept.dispose();
    for (const instance of this.instances) await instance[Symbol.asyncDispose]();
  }
}

/** One instance with its life; the suite treats it as the gateway would. */
export class StagedService implements RunningService, AsyncDisposable {
  readonly context: TestServiceContext;
  readonly service: Service;
  address: ServiceAddress | undefined;
  readonly #stage: ServiceStage;
  #stopped: Promise<void> | undefined;

  constructor(stage: ServiceStage, context: TestServiceContext) {
    this.#stage = stage;
    this.context = context;
    this.service = stage.definition.create(context);
  }

  async start(signal: AbortSignal = new AbortController().signal): Promise<void> {
    this.address = await settled(this.service.start(signal), this.#stage.patienceMs, 'start');
  }

  /** `settings` as written in the plant document. */
  apply(settings: unknown): Promise<void> {
    const parsed = this.#stage.parsed(settings);
    this.context.ownTags.adopt(this.#stage.definition.tags?.(parsed) ?? []);
    const applied = this.service.apply!(parsed);
    return settled(applied, this.#stage.patienceMs, 'apply');
  }

  /** Fails when `stop` rejects or never ends. Its alarms end with the service, as in the gateway. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    await settled(this.service.stop(), this.#stage.patienceMs, 'stop');
    this.context.alarms.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop();
    } finally {
      await this.context[Symbol.asyncDispose]();
    }
  }
}

export function notGood(path: string): SeenTag {
  return { path, good: false, value: null };
}

export function good({ definition, values }: FixtureTag, number: number): SeenTag {
  return { path: definition.path, good: true, value: values[number % values.length] };
}

function defineTags({ tags }: TestServiceContext, fixtureTags: readonly FixtureTag[]): void {
  tags.define(...fixtureTags.map(({ definition }) => definition));
  tags.apply(...fixtureTags.map(({ definition, values }) => ({ path: definition.path, value: values[0] })));
}

export function isSame(seen: unknown, expected: unknown): boolean {
  try {
    assert.deepEqual(plain(seen), plain(expected));
    return true;
  } catch {
    return false;
  }
}

/** Buffers equal byte arrays; what is not good has no value that counts. */
function plain(seen: unknown): unknown {
  if (!Array.isArray(seen)) return seen;
  return (seen as readonly SeenTag[]).map(({ path, good, value }) => ({
    path,
    good,
    value: good ? plainValue(value) : null,
  }));
}

function plainValue(value: TagValue | null): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}
