import { parseDataType, systemClock, type Clock, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { Service, ServiceContext } from '@fieldwarden/service';
import { collectingLogger, type CollectingLogger } from '@fieldwarden/testkit';
import modbusServer from '../service.js';
import { modbusServerSettings, type ModbusServerSettings } from '../settings.js';
import { MemoryTags, MemoryWriter, memoryTag } from './memory-tags.js';
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

/** A tag of the test: path, type as text, present value. */
export type TestTag = readonly [path: string, type: string, value: TagValue, more?: Partial<TagDefinition>];

export interface TestServerOptions {
  readonly settings?: object;
  readonly clock?: Clock;
  readonly bind?: string;
}

/** What a server is made from. */
export interface TestContext extends ServiceContext<ModbusServerSettings>, AsyncDisposable {
  readonly tags: MemoryTags;
  readonly writer: MemoryWriter;
  readonly logger: CollectingLogger;
  readonly failures: readonly unknown[];
}

/** `settings` as written in a plant document, on a port of its own. */
export function testContext(
  tags: readonly TestTag[],
  { settings = {}, clock = systemClock, bind = '127.0.0.1' }: TestServerOptions = {},
): TestContext {
  const source = testTags(tags);
  const failures: unknown[] = [];
  return {
    serviceId: 'modbus-server',
    settings: modbusServerSettings.parse({ port: 0, ...settings }),
    gateway: { site: 'test site', version: '1.2.3', bind, port: undefined },
    directory: '/nonexistent',
    pkiDirectory: '/nonexistent',
    tags: source,
    writer: new MemoryWriter(source),
    events: { append: () => undefined },
    alarms: { raise: () => undefined, clear: () => undefined },
    storage: { table: () => Promise.reject(new Error('this service keeps nothing')) },
    clock,
    logger: collectingLogger(),
    random: () => 0.5,
    fail: (error) => void failures.push(error),
    failures,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

export async function startTestServer(tags: readonly TestTag[], options: TestServerOptions = {}): Promise<TestServer> {
  const context = testContext(tags, options);
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
    [Symbol.asyncDispose]: () => service.stop(),
  };
}

function testTags(tags: readonly TestTag[]): MemoryTags {
  const source = new MemoryTags();
  source.define(...tags.map(([path, type, , more]) => memoryTag(path, { type: parseDataType(type)!, ...more })));
  for (const [path, , value] of tags) source.set(path, value);
  return source;
}
