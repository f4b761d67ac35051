import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  CreateMonitoredItemsResponse,
  CreateSubscriptionRequest,
  CreateSubscriptionResponse,
  MonitoredItemCreateRequest,
  MonitoringMode,
  NodeId,
  NodeIdType,
  NumericRange,
} from 'node-opcua';
import type { RawClient } from './raw-client.js';

/** A node of the gateway's namespace. */
export const id = (path: string): NodeId => new NodeId(NodeIdType.STRING, path, 2);

/** Publishes every 50 ms, and sends a keep-alive each time. */
export async function subscribe(client: RawClient): Promise<number> {
  const wanted = new CreateSubscriptionRequest({
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 1_000,
    requestedMaxKeepAliveCount: 1,
    publishingEnabled: true,
  });
  return (await client.ask(wanted, CreateSubscriptionResponse)).subscriptionId;
}

export interface ItemOptions {
  readonly attributeId?: number;
  readonly indexRange?: string;
  readonly filter?: object;
  readonly monitoringMode?: number;
}

/** Also of what no constructor of the library takes. */
export async function createItem(
  client: RawClient,
  subscriptionId: number,
  nodeId: NodeId,
  { attributeId = AttributeIds.Value, indexRange, filter, monitoringMode = MonitoringMode.Reporting }: ItemOptions = {},
  change?: (bytes: Buffer) => Buffer,
) {
  const item = new MonitoredItemCreateRequest({
    itemToMonitor: {
      nodeId,
      indexRange: indexRange === undefined ? undefined : new NumericRange(indexRange),
    },
    requestedParameters: { clientHandle: 1, samplingInterval: 0, queueSize: 10, discardOldest: true },
  });
  const request = new CreateMonitoredItemsRequest({ subscriptionId, timestampsToReturn: 2, itemsToCreate: [item] });
  // The constructors take only what there is.
  const [sent] = request.itemsToCreate!;
  Object.assign(sent, { monitoringMode });
  Object.assign(sent.itemToMonitor, { attributeId });
  Object.assign(sent.requestedParameters, { filter: filter ?? null });
  return (await client.ask(request, CreateMonitoredItemsResponse, change)).results![0];
}
