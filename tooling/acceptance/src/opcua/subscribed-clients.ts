import { waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  ClientMonitoredItem,
  ClientSubscription,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  setLogLevel,
  LogLevel,
  TimestampsToReturn,
  type ClientSession,
  type DataValue,
} from 'node-opcua';
import type { NodeName } from './ua-bytes.js';

/** One client with a subscription for one tag, which comes back by itself when the server does. */
interface SubscribedClient {
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  /** `performance.now()` of the first Good value since somebody asked. */
  firstValueAtMs: number | undefined;
}

/** Ordinary clients, as a SCADA system is: node-opcua's own, which tries a lost server again twice a second. */
export class SubscribedClients implements AsyncDisposable {
  readonly #clients: readonly SubscribedClient[];

  private constructor(clients: readonly SubscribedClient[]) {
    this.#clients = clients;
  }

  /** Each watches one of the tags. Resolves when each has had a value. */
  static async connect(port: number, tags: readonly NodeName[], count: number): Promise<SubscribedClients> {
    setLogLevel(LogLevel.Emergency); // the library tells the console of each lost connection
    const made = Array.from({ length: count }, (_, index) => subscribedClient(port, tags[index % tags.length]));
    const clients = new SubscribedClients(await Promise.all(made));
    await clients.#values(60_000); // a value that never changes may have come already
    return clients;
  }

  /** `performance.now()` of the first Good value that each client gets from now on. */
  async firstValues(timeoutMs = 60_000): Promise<readonly number[]> {
    for (const client of this.#clients) client.firstValueAtMs = undefined;
    return await this.#values(timeoutMs);
  }

  async #values(timeoutMs: number): Promise<readonly number[]> {
    return await waitFor(() => timesOf(this.#clients), {
      what: 'values of all OPC UA clients',
      timeoutMs,
      intervalMs: 10,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#clients.map(async ({ client, session }) => {
        await session.close(true).catch(() => undefined); // the server may be gone
        await client.disconnect();
      }),
    );
  }
}

function timesOf(clients: readonly SubscribedClient[]): readonly number[] | undefined {
  const times = clients.flatMap(({ firstValueAtMs }) => firstValueAtMs ?? []);
  return times.length === clients.length ? times : undefined;
}

async function subscribedClient(port: number, { namespace, id }: NodeName): Promise<SubscribedClient> {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    keepSessionAlive: true,
    connectionStrategy: { initialDelay: 100, maxDelay: 500, maxRetry: -1 },
  });
  await client.connect(`opc.tcp://127.0.0.1:${port}/fieldwarden`);
  const session = await client.createSession();
  const made: SubscribedClient = { client, session, firstValueAtMs: undefined };
  const subscription = ClientSubscription.create(session, {
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 1_000,
    requestedMaxKeepAliveCount: 20,
    publishingEnabled: true,
  });
  const item = ClientMonitoredItem.create(
    subscription,
    { nodeId: `ns=${namespace};s=${id}`, attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: 1 },
    TimestampsToReturn.Both,
  );
  item.on('changed', ({ statusCode }: DataValue) => {
    if (statusCode.isGood()) made.firstValueAtMs ??= performance.now();
  });
  return made;
}
