import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  statusCodes,
  systemClock,
  toGatewayError,
  type DataType,
  type StatusCode,
  type TagValue,
  type WriteOutcome,
} from '@fieldwarden/core';
import { TagStore } from '@fieldwarden/tags';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { collectingLogger, MemoryDesk, temporaryDirectory, type CollectingLogger } from '@fieldwarden/testkit';
import {
  AttributeIds,
  OPCUACertificateManager,
  OPCUAClient,
  TimestampsToReturn,
  type ClientMonitoredItem,
  type ClientSession,
  type ClientSubscription,
  type DataValue,
  type OPCUAClientOptions,
  type UserIdentityInfo,
} from 'node-opcua';
import { afterAll } from 'vitest';
import { OpcuaOutlet } from '../opcua-outlet.js';
import type { OutletAlarms } from '../space/space-mount.js';
import type { OpcuaOutletOptions } from '../server/outlet-options.js';
import { mayDo, notAllowed, type HandleWrite, type Origin, type WriteReply } from '@fieldwarden/gateway-contract';
import { DeskBoard, type GatewayActs, type TagWriter } from '@fieldwarden/service';

export interface RecordedWrite {
  readonly path: string;
  readonly value: TagValue;
  readonly origin: Origin;
}

/** A device behind the writer that answers as the test tells it to. */
export class ScriptedWriter implements TagWriter {
  readonly writes: RecordedWrite[] = [];
  answer: () => Promise<{ outcome: WriteOutcome; status: StatusCode; message?: string }> = () =>
    Promise.resolve({ outcome: 'done', status: statusCodes.Good });
  readonly #store: TagStore;

  constructor(store: TagStore) {
    this.#store = store;
  }

  /** Sizes of the requests, in writes. */
  readonly requests: number[] = [];

  async writeMany(writes: readonly HandleWrite[], origin: Origin): Promise<readonly WriteReply[]> {
    this.requests.push(writes.length);
    return await Promise.all(writes.map((write) => this.#write(write, origin).catch(toGatewayError)));
  }

  /** Who may not is refused, as by the gateway. */
  async #write({ handle, value }: HandleWrite, origin: Origin): Promise<WriteReply> {
    const path = this.#store.definition(handle)?.path ?? '';
    if (!mayDo(origin.principal, 'write', path)) return notAllowed(origin.principal, 'write', path);
    this.writes.push({ path, value, origin });
    return await this.answer();
  }
}

export function tag(path: string, type: DataType, rest: Partial<TagDefinition> = {}): TagDefinition {
  return {
    path,
    type,
    rawType: type,
    access: 'read-only',
    driverId: 'test',
    deviceId: 'device',
    address: '',
    scanMs: 1_000,
    writeIdempotent: false,
    verify: false,
    ...rest,
  };
}

export interface TestOutletOptions extends Partial<OpcuaOutletOptions> {
  readonly trustsClients?: boolean;
  /** Default: of a gateway that is still starting. */
  readonly acts?: GatewayActs;
  readonly desks?: DeskBoard;
  /** Default: none are shown. */
  readonly book?: OutletAlarms;
}

/** A running outlet over an own store, with everything that a test looks at. */
export class TestOutlet implements AsyncDisposable {
  readonly logger: CollectingLogger;
  readonly store: TagStore;
  readonly writer: ScriptedWriter;
  readonly outlet: OpcuaOutlet;
  readonly desk: MemoryDesk;
  readonly pkiDir: string;
  readonly desks: DeskBoard;
  readonly #cleanup: AsyncDisposableStack;

  private constructor(
    outlet: OpcuaOutlet,
    parts: Pick<TestOutlet, 'logger' | 'store' | 'writer' | 'desk' | 'desks' | 'pkiDir'>,
    cleanup: AsyncDisposableStack,
  ) {
    this.outlet = outlet;
    this.logger = parts.logger;
    this.store = parts.store;
    this.writer = parts.writer;
    this.desk = parts.desk;
    this.pkiDir = parts.pkiDir;
    this.desks = parts.desks;
    this.#cleanup = cleanup;
  }

  /** `trustsClients`: those that `testClient` makes. */
  static async start(
    tags: readonly TagDefinition[],
    {
      trustsClients = false,
      acts = new DeskBoard().acts,
      desks = new DeskBoard(),
      book,
      ...options
    }: TestOutletOptions = {},
  ): Promise<TestOutlet> {
    await using cleanup = new AsyncDisposableStack();
    const home = cleanup.use(await temporaryDirectory());
    const pkiDir = join(home.path, 'pki');
    await cp(await serverCertificates(), pkiDir, { recursive: true });
    if (trustsClients) await trustTestClients(pkiDir);
    const logger = collectingLogger();
    const store = new TagStore(systemClock, logger);
    const writer = new ScriptedWriter(store);
    const desk = new MemoryDesk();
    store.define(tags);
    const settings = {
      host: '127.0.0.1',
      port: 0,
      site: 'test',
      pkiDir,
      securityPolicies: ['None'],
      anonymous: true,
      version: '1.2.3',
    };
    const parts = {
      store,
      writer,
      history: desks.history,
      logger,
      clock: systemClock,
      access: desk,
      acts,
      alarms: book,
    };
    const outlet = await OpcuaOutlet.start({ ...settings, ...options }, parts);
    cleanup.defer(() => outlet.stop());
    return new TestOutlet(outlet, { logger, store, writer, desk, desks, pkiDir }, cleanup.move());
  }

  handle(path: string): number {
    const handle = this.store.handleOf(path);
    if (handle === undefined) throw new Error(`no tag ${path}`);
    return handle;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanup.disposeAsync();
  }
}

/** A real client with a session. */
export class TestClient implements AsyncDisposable {
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  readonly #namespace: number;

  private constructor(client: OPCUAClient, session: ClientSession, namespace: number) {
    this.client = client;
    this.session = session;
    this.#namespace = namespace;
  }

  static async connect(
    { outlet }: TestOutlet,
    { user, ...options }: OPCUAClientOptions & { readonly user?: UserIdentityInfo } = {},
    url = outlet.endpointUrl,
  ): Promise<TestClient> {
    const client = await testClient(options);
    try {
      await client.connect(url);
      const session = await client.createSession(user);
      const namespaces = await session.readNamespaceArray();
      return new TestClient(client, session, namespaces.indexOf('urn:fieldwarden:test'));
    } catch (error) {
      await client.disconnect();
      throw error;
    }
  }

  id(text: string): string {
    return `ns=${this.#namespace};s=${text}`;
  }

  read(path: string, attributeId = AttributeIds.Value): Promise<DataValue> {
    return this.session.read({ nodeId: this.id(path), attributeId });
  }

  async write(path: string, value: object): Promise<number> {
    const status = await this.session.write({
      nodeId: this.id(path),
      attributeId: AttributeIds.Value,
      value: { value },
    });
    return status.value;
  }

  subscribe(requestedPublishingInterval = 50): Promise<ClientSubscription> {
    return this.session.createSubscription2({
      requestedPublishingInterval,
      requestedLifetimeCount: 1_000,
      requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 0,
    });
  }

  async monitor(subscription: ClientSubscription, path: string, parameters: object = {}): Promise<Monitored> {
    const item = await subscription.monitor(
      { nodeId: this.id(path), attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 100, discardOldest: true, ...parameters },
      TimestampsToReturn.Both,
    );
    const received: DataValue[] = [];
    item.on('changed', (value) => void received.push(value));
    return { item, received };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.disconnect();
  }
}

export interface Monitored {
  readonly item: ClientMonitoredItem;
  readonly received: readonly DataValue[];
}

let clientManager: Promise<OPCUACertificateManager> | undefined;
let serverPki: Promise<string> | undefined;

/** Clients of one test file share a certificate, servers a key: making one takes a while. */
function clientCertificates(): Promise<OPCUACertificateManager> {
  clientManager ??= freshStore(true);
  return clientManager;
}

function serverCertificates(): Promise<string> {
  serverPki ??= freshStore(false).then(async (manager) => {
    await manager.dispose();
    return manager.rootDir;
  });
  return serverPki;
}

async function trustTestClients(pkiDir: string): Promise<void> {
  const client = await testClient();
  await client.createDefaultCertificate();
  const folder = join(pkiDir, 'trusted', 'certs');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'client.der'), client.getCertificate());
}

/** Of a person: certificate and key as files. */
export async function makeUserCertificate(): Promise<{ certificateFile: string; privateKeyFile: string }> {
  const manager = await freshStore(true);
  const certificateFile = join(manager.rootDir, 'user.pem');
  await manager.createSelfSignedCertificate({
    applicationUri: 'urn:user',
    dns: [],
    outputFile: certificateFile,
    startDate: new Date(),
    subject: '/CN=user',
    validity: 10,
  });
  await manager.dispose();
  return { certificateFile, privateKeyFile: manager.privateKey };
}

const directories = new AsyncDisposableStack();
afterAll(() => directories.disposeAsync());

async function freshStore(automaticallyAcceptUnknownCertificate: boolean): Promise<OPCUACertificateManager> {
  const { path } = directories.use(await temporaryDirectory('fieldwarden-pki-'));
  const manager = new OPCUACertificateManager({ rootFolder: path, automaticallyAcceptUnknownCertificate });
  await manager.initialize();
  return manager;
}

export async function testClient(options: OPCUAClientOptions = {}): Promise<OPCUAClient> {
  return OPCUAClient.create({
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 10, maxDelay: 50 },
    clientCertificateManager: await clientCertificates(),
    ...options,
  });
}
