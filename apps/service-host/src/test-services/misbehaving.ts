import { execFileSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { GatewayError } from '@fieldwarden/core';
import { defineService, type Service, type ServiceContext } from '@fieldwarden/service';
import { z } from 'zod';
import { testOrigin } from '@fieldwarden/testkit';

interface Settings {
  readonly failStart: 'no' | 'config' | 'throw';
  readonly greeting: string;
}

/**
 * A service that answers what it is asked, and does on command what services must not do. Requests: `read` and `write` (of a tag, by
 * its path), `seen` (how many changes it was told), `settings`, `context`, `remember` and `recall`; `hang`, `throw`, `reject`, `fail`,
 * `exit`, `garbage`, `allocate`, `wait`, `spin` (ms), `ill` (Degraded), `say` (another status), `lie` (a status of no shape).
 */
export default defineService<Settings>({
  name: 'misbehaving',
  title: 'Misbehaving service',
  version: '1.0.0',
  section: null,
  entry: import.meta.url,
  isolation: 'host',
  schema: z.strictObject({
    failStart: z.enum(['no', 'config', 'throw']).default('no').describe('How its start fails'),
    greeting: z.string().default('hello').describe('What it says; taken over while it runs'),
  }),
  changesLive: (before, after) => before.failStart === after.failStart,
  create: (context) => new MisbehavingService(context),
});

class MisbehavingService implements Service<Settings> {
  readonly #context: ServiceContext<Settings>;
  readonly #commands: Readonly<Record<string, (argument: never) => unknown>>;
  #settings: Settings;
  #seen = 0;
  #reason: string | undefined;
  #lies = false;
  #says: Record<string, unknown> = {};

  constructor(context: ServiceContext<Settings>) {
    this.#context = context;
    this.#settings = context.settings;
    this.#commands = { ...this.#manners(), ...this.#crimes() };
  }

  start(): Promise<{ port: number; url: string }> {
    const { tags, events, logger } = this.#context;
    const { failStart } = this.#settings;
    if (failStart === 'config') {
      return Promise.reject(new GatewayError({ code: 'PORT_TAKEN', kind: 'config', message: 'port 7 is taken' }));
    }
    if (failStart === 'throw') throw new Error('cannot start');
    tags.onChange((_handles, count) => (this.#seen += count));
    events.append({ message: 'started', data: { tags: tags.size } });
    logger.info('the service started');
    return Promise.resolve({ port: 7, url: 'echo://127.0.0.1:7' });
  }

  apply(settings: Settings): Promise<void> {
    if (settings.greeting === '') return Promise.reject(new Error('says nothing'));
    this.#settings = settings;
    return Promise.resolve();
  }

  status(): Readonly<Record<string, unknown>> {
    return this.#lies
      ? (7 as unknown as Record<string, unknown>)
      : Object.assign(this.#says, { seen: this.#seen, greeting: this.#settings.greeting });
  }

  health(): ReturnType<Service['health']> {
    return this.#reason === undefined ? { state: 'Healthy' } : { state: 'Degraded', reason: this.#reason };
  }

  metrics(): ReturnType<NonNullable<Service['metrics']>> {
    return [{ name: 'echo_changes_total', help: 'Changes seen', type: 'counter', value: this.#seen }];
  }

  async request(name: string, body: unknown): Promise<unknown> {
    const command = this.#commands[name];
    if (!command) throw new GatewayError({ code: 'NO_SUCH_REQUEST', kind: 'unsupported', message: `no ${name}` });
    return await command(body as never);
  }

  stop(): Promise<void> {
    this.#context.logger.info('the service stopped');
    return Promise.resolve();
  }

  #manners(): Readonly<Record<string, (argument: never) => unknown>> {
    const { tags, writer, storage, alarms } = this.#context;
    return {
      read: (path: string) => tags.read(tags.handleOf(path)!),
      write: ({ path, value }: { path: string; value: number }) =>
        writer.writeMany([{ handle: tags.handleOf(path)!, value }], testOrigin({ via: 'echo' })),
      seen: () => this.#seen,
      size: () => tags.size,
      settings: () => this.#settings,
      context: () => {
        const { serviceId, gateway, directory, pkiDirectory } = this.#context;
        return { serviceId, gateway, directory, pkiDirectory };
      },
      remember: async ([key, value]: [string, unknown]) => {
        const table = await storage.table('memory');
        table.put(key, value);
        await table.settled();
      },
      recall: async () => await (await storage.table('memory')).entries(),
      raise: (message: string) => alarms.raise({ conditionId: 'raised', severity: 500, message }),
      clear: () => alarms.clear('raised'),
      ill: (reason: string) => void (this.#reason = reason),
      say: (says: Record<string, unknown>) => void (this.#says = says),
    };
  }

  #crimes(): Readonly<Record<string, (argument: never) => unknown>> {
    return {
      hang: () => spinFor(Infinity),
      spin: (ms: number) => spinFor(ms),
      throw: () => setTimeout(() => throwFromTimer(), 0),
      reject: (message: string) => Promise.reject(new Error(message)),
      fail: (message: string) => this.#context.fail(new Error(message)),
      exit: (code: number) => process.exit(code),
      garbage: () => writeSync(3, Buffer.alloc(64, 0xff)),
      allocate: () => allocateForEver(),
      wait: () => new Promise(() => undefined),
      listen: () => void this.#context.tags.onChange(() => throwFromTimer()),
      lie: () => void (this.#lies = true),
    };
  }
}

function spinFor(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

/** Up to a limit of its own, so that the machine does not suffer. */
function allocateForEver(): never {
  execFileSync('prlimit', ['--pid', String(process.pid), `--data=${300 * 1024 * 1024}`]);
  const kept: object[][] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
}

function throwFromTimer(): never {
  throw new TypeError('thrown where nobody catches');
}
