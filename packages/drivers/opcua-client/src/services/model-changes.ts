import { isBad, statusCodes, statusName } from '@fieldwarden/core';
import { rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import type { EventRoad } from './alarms.js';

const serverObject = 2_253;
const eventNotifier = 12;
const publishingMs = 250;
const timeoutMs = 10_000;

/**
 * Has the server tell when nodes come or go (OPC 10000-3, 9.32: BaseModelChangeEventType and its subtypes): a program that was loaded into a PLC brings nodes that
 * tags have waited for. Rejects where a server does not report such events.
 */
export async function watchModel(link: Link, { publisher, follow }: EventRoad, changed: () => void): Promise<void> {
  const { library } = link;
  const { constructEventFilter, ofType } = await import('node-opcua-service-filter');
  const filter = constructEventFilter(['EventType'], ofType('BaseModelChangeEventType'));
  const subscription = await publisher.subscribe(publishingMs, 1);
  const request = new library.CreateMonitoredItemsRequest({
    subscriptionId: subscription.id,
    timestampsToReturn: library.TimestampsToReturn.Neither,
    itemsToCreate: [
      {
        itemToMonitor: { nodeId: library.makeNodeId(serverObject), attributeId: eventNotifier },
        monitoringMode: library.MonitoringMode.Reporting,
        // Many nodes that come at once are one change: the last event is enough.
        requestedParameters: {
          clientHandle: follow({ event: changed }),
          samplingInterval: 0,
          queueSize: 1,
          discardOldest: true,
          filter,
        },
      },
    ],
  });
  const { results } = await link.request<{ results: { statusCode: { value: number } }[] | null }>(request, {
    timeoutMs,
  });
  const status = results?.[0]?.statusCode.value ?? statusCodes.BadUnexpectedError;
  if (!isBad(status)) return;
  await publisher.end(subscription);
  throw rejected(status, `the server does not tell when nodes come or go: ${statusName(status)}`);
}
