import { parseDataType, systemClock, type Clock, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { Service } from '@fieldwarden/service';
import {
  memoryTag,
  MemoryTags,
  serviceContext,
  type CollectingLogger,
  type MemoryWriter,
  type TestServiceContext,
} from '@fieldwarden/testkit';
import modbusServer from '../service.js';
import { modbusServerSettings, type ModbusServerSettings } from '../settings.js';
import { TestClient } from './test-client.js';

export interface TestServer extends AsyncDisposable {
  readonly service: Service<ModbusServerSettings>;
  readonly port: number;
  readonly tags: MemoryTags;
  readonly writer: MemoryWriter;
  readonly logger: CollectingLogger;
  readonly failures: readonly unknown[];
  client(): Promise<TestClient>;
}

/** A tag of the test: path, type as text, present value. Read-write unless it says otherwise. */
export type TestTag = readonly [path: string, type: string, value: TagValue, more?: Partial<TagDefinition>];

export interface TestServerOptions {
  readonly settings?: object;
  readonly clock?: Clock;
  readonly bind?: string;
}

/** What a server is made from; `settings` as written in a plant document, on a port of its own. */
export function testContext(
  tags: readonly TestTag[],
  { settings = {}, clock = systemClock, bind = '127.0.0.1' }: TestServerOptions = {},
): Promise<TestServiceContext<ModbusServerSettings>> {
  return serviceContext(modbusServerSettings.parse({ port: 0, ...settings }), {
    tags: testTags(tags),
    clock,
    gateway: { version: '1.2.3', bind },
  });
}

export async function startTestServer(tags: readonly TestTag[], options: TestServerOptions = {}): Promise<TestServer> {
  const context = await testContext(tags, options);
  const service = modbusServer.create(context);
  const { port } = (await service.start(new AbortController().signal))!;
  return {
    service,
    port,
    tags: context.tags,
    writer: context.writer,
    logger: context.logger,
    failures: context.failures,
    client: () => TestClient.connect(port),
    async [Symbol.asyncDispose]() {
      await service.stop();
      await context[Symbol.asyncDispose]();
    },
  };
}

function testTags(tags: readonly TestTag[]): MemoryTags {
  const source = new MemoryTags();
  const definitions = tags.map(([path, type, , more]) =>
    memoryTag(path, { type: parseDataType(type)!, access: 'read-write', ...more }),
  );
  source.define(...definitions);
  for (const [path, , value] of tags) source.set(path, value);
  return source;
}
