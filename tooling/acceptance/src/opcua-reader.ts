import {
  AttributeIds,
  ClientMonitoredItem,
  ClientSubscription,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  type ClientSession,
  type DataValue,
  type StatusCode,
} from 'node-opcua';
import type { GatewayProcess } from './processes/gateway-process.js';

/** An OPC UA client of a gateway whose plant lets anybody in over policy None. */
export class OpcuaReader implements AsyncDisposable {
  readonly session: ClientSession;
  readonly #client: OPCUAClient;
  readonly #namespace: number;

  private constructor(client: OPCUAClient, session: ClientSession, namespace: number) {
    this.#client = client;
    this.session = session;
    this.#namespace = namespace;
  }

  static async connect(gateway: GatewayProcess, site: string): Promise<OpcuaReader> {
    const client = OPCUAClient.create({
      endpointMustExist: false,
      securityMode: MessageSecurityMode.None,
      securityPolicy: SecurityPolicy.None,
      connectionStrategy: { maxRetry: 1 },
    });
    await client.connect(`opc.tcp://127.0.0.1:${gateway.port('OPC UA server')}/fieldwarden`);
    const session = await client.createSession();
    const namespaces = await session.readNamespaceArray();
    return new OpcuaReader(client, session, namespaces.indexOf(`urn:fieldwarden:${site}`));
  }

  nodeId(path: string): string {
    return `ns=${this.#namespace};s=${path}`;
  }

  async read(path: string, attributeId = AttributeIds.Value): Promise<DataValue> {
    return await this.session.read({ nodeId: this.nodeId(path), attributeId });
  }

  async write(path: string, value: object): Promise<StatusCode> {
    return await this.session.write({ nodeId: this.nodeId(path), attributeId: AttributeIds.Value, value: { value } });
  }

  /** The latest value that each of the tags was reported with, from now on. */
  async watch(paths: readonly string[]): Promise<ReadonlyMap<string, DataValue>> {
    const subscription = ClientSubscription.create(this.session, {
      requestedPublishingInterval: 50,
      publishingEnabled: true,
    });
    const latest = new Map<string, DataValue>();
    for (const path of paths) {
      const item = ClientMonitoredItem.create(
        subscription,
        { nodeId: this.nodeId(path), attributeId: AttributeIds.Value },
        { samplingInterval: 0, queueSize: 10 },
        TimestampsToReturn.Both,
      );
      item.on('changed', (value: DataValue) => latest.set(path, value));
    }
    return latest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close(true);
    await this.#client.disconnect();
  }
}
