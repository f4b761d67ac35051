import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { defineService, type ServiceContext, type ServiceDefinition } from '@fieldwarden/service';
import { z } from 'zod';
import { memoryTag } from '../memory-tag.js';
import type { RunningService, SeenTag, ServiceFixture, ServiceFollower } from '../suite/fixture.js';
import { MemoryService, type MemoryServiceSettings } from './memory-service.js';

export type MakeService = (context: ServiceContext<MemoryServiceSettings>) => MemoryService;

export const memorySchema = z.strictObject({
  port: z.int().min(0).max(65_535).default(4_711).describe('TCP port to listen on, 0 for any. Example: 4711.'),
  maxClients: z.int().min(1).max(1_000).default(100).describe('Clients at a time. Example: 10.'),
  retryMs: z.int().min(1).max(60_000).default(1_000).describe('Pause before storage is tried again. Example: 500.'),
});

export function memoryDefinition(
  make: MakeService = (context) => new MemoryService(context),
  more: Partial<ServiceDefinition<MemoryServiceSettings>> = {},
): ServiceDefinition<MemoryServiceSettings> {
  return defineService<MemoryServiceSettings>({
    name: 'memory',
    title: 'Memory service',
    version: '1.0.0',
    section: 'memory',
    entry: import.meta.url,
    schema: memorySchema,
    isolation: 'in-process',
    port: { option: 'memory-port', variable: 'MEMORY_PORT', runFileField: 'memoryPort', defaultPort: 4_711 },
    check: () => [],
    changesLive: (before, after) => before.port === after.port,
    create: make,
    ...more,
  });
}

/** What the suite is tried on before it judges real services. */
export function memoryFixture(definition = memoryDefinition()): ServiceFixture {
  const settings = { retryMs: 20 };
  return {
    definition,
    settings,
    liveSettings: { ...settings, maxClients: 50 },
    restartingSettings: { ...settings, port: 4_712 },
    tags: [
      { definition: memoryTag('line/level'), values: [12.5, 13.5, -1] },
      { definition: memoryTag('line/setpoint', { type: { scalar: 'int32' }, access: 'read-write' }), values: [5, 7] },
      {
        definition: memoryTag('line/recipe', { type: { scalar: 'string' } }),
        values: ['a'.repeat(999), 'b'.repeat(999)],
      },
    ],
    exercise: lookAt,
    follow,
    slowReader,
    write: writeOnce,
    writeTexts: { rejected: 'rejected', 'not-sent': 'not-sent', unknown: 'unknown' },
    store: keepOne,
  };
}

async function lookAt(running: RunningService, paths: readonly string[]): Promise<readonly SeenTag[]> {
  const seen = await talk(
    running,
    paths.map((get) => ({ get })),
  );
  return seen as readonly SeenTag[];
}

async function writeOnce(running: RunningService, set: string, value: unknown): Promise<string> {
  const [answer] = await talk(running, [{ set, value }]);
  return (answer as { said: string }).said;
}

async function keepOne(running: RunningService): Promise<void> {
  await writeOnce(running, 'line/setpoint', 9);
}

/** One line back for each line sent. */
async function talk(running: RunningService, lines: readonly object[]): Promise<readonly unknown[]> {
  const socket = await dial(running);
  try {
    for (const line of lines) socket.write(`${JSON.stringify(line)}\n`);
    const answers: unknown[] = [];
    for await (const line of createInterface({ input: socket })) {
      if (answers.push(JSON.parse(line)) === lines.length) return answers;
    }
    throw new Error('the service hung up');
  } finally {
    socket.destroy();
  }
}

async function follow(running: RunningService): Promise<ServiceFollower> {
  const socket = await dial(running);
  const told: SeenTag[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: socket }).on('line', (line) => {
    const said = JSON.parse(line) as SeenTag | { following: true };
    if ('path' in said) told.push(said);
    else ready.resolve();
  });
  socket.write('{"follow":true}\n');
  await ready.promise;
  return { told, [Symbol.asyncDispose]: () => hangUp(socket) };
}

async function slowReader(running: RunningService): Promise<AsyncDisposable> {
  const socket = await dial(running);
  socket.write('{"follow":true}\n');
  return { [Symbol.asyncDispose]: () => hangUp(socket) };
}

async function dial({ address }: RunningService): Promise<Socket> {
  const socket = connect(address!.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function hangUp(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  socket.destroy();
  await once(socket, 'close');
}
